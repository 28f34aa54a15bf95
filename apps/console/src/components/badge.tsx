import type { ComponentChildren } from "preact";

export type Tone = "good" | "bad" | "warning" | "waiting" | "neutral";

/** A state in a word, with a shape of its own: the colour alone says nothing. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={shapes[tone]} />
      </svg>
      {children}
    </span>
  );
}

const shapes: Record<Tone, string> = {
  good: "M2 6.5 5 9.5 10.5 3",
  bad: "M3 3 9 9M9 3 3 9",
  warning: "M6 1.5 11 10.5H1ZM6 5v2.5",
  waiting: "M6 1.5a4.5 4.5 0 1 1-.01 0M6 3.5V6l2 1",
  neutral: "M2 6h8",
};

const toneByStatus: Record<string, Tone> = {
  approved: "good",
  delivered: "good",
  verified: "good",
  enabled: "good",
  up: "good",
  pending: "waiting",
  unverified: "waiting",
  retrying: "waiting",
  paused: "neutral",
  canceled: "neutral",
  unknown: "neutral",
  expired: "warning",
  observe: "warning",
  max_attempts_reached: "bad",
  undelivered: "bad",
  failed: "bad",
  denied: "bad",
  failing: "bad",
  parked: "bad",
  refused: "bad",
  rejected: "bad",
};

/** The state of a thing of the wire, by the wire's own name of it. */
export function Status({ status }: { status: string }) {
  return <Badge tone={toneByStatus[status] ?? "neutral"}>{status.replaceAll("_", " ")}</Badge>;
}
