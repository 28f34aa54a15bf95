import type { VerificationLogEvent } from "@countersign/client";
import { Badge, type Tone } from "../components/badge.tsx";
import { absolute } from "../components/when.tsx";

/** What happened, in order, each with how long after the start. */
export function Timeline({ events }: { events: VerificationLogEvent[] }) {
  const begin = Date.parse(events[0]?.date ?? "");
  return (
    <ol class="timeline">
      {events.map((event, index) => {
        const { words, tone } = kinds[event.type] ?? { words: event.type, tone: "neutral" };
        return (
          <li key={`${event.date}${index}`}>
            <Badge tone={tone}>{words}</Badge>
            <time dateTime={event.date} title={absolute(event.date)}>
              {index === 0 ? absolute(event.date) : after((Date.parse(event.date) - begin) / 1000)}
            </time>
            <p class="faint">{detailsOf(event).join(" · ")}</p>
          </li>
        );
      })}
    </ol>
  );
}

const kinds: Record<string, { words: string; tone: Tone }> = {
  started: { words: "Started", tone: "neutral" },
  sent: { words: "Sent", tone: "waiting" },
  handed_over: { words: "Handed over", tone: "waiting" },
  delivered: { words: "Delivered", tone: "good" },
  undelivered: { words: "Not delivered", tone: "bad" },
  failed: { words: "Failed", tone: "bad" },
  check_refused: { words: "Wrong code", tone: "warning" },
  approved: { words: "Approved", tone: "good" },
  canceled: { words: "Canceled", tone: "neutral" },
  locked: { words: "Locked", tone: "bad" },
  expired: { words: "Expired", tone: "warning" },
};

function detailsOf({ channel, provider, tries, error_code, locale, code_length, attempt_sid }: VerificationLogEvent) {
  return [
    channel && `by ${channel}`,
    provider && `over ${provider}`,
    tries !== null && `${tries} ${tries === 1 ? "try" : "tries"}`,
    locale && `in ${locale}`,
    code_length && `${code_length} digits`,
    error_code && `error ${error_code}`,
    attempt_sid,
  ].filter(Boolean);
}

/** `+0.4 s`, `+9:41`. */
export function after(seconds: number): string {
  if (seconds < 60) return `+${seconds.toFixed(1)} s`;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return `+${shown.map((part, index) => (index === 0 ? part : String(part).padStart(2, "0"))).join(":")}`;
}
