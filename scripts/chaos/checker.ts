import { explain, type Unexplained } from "./explain.ts";
import { type History, type Kept, type Request, recordsOf } from "./history.ts";
import { keyOf } from "./model.ts";
import type { Violation } from "./rules.ts";
import { sendViolations } from "./sends.ts";
import { serverTimeOf } from "./server-time.ts";
import { tallyViolations } from "./tallies.ts";

/**
 * Judges a history: what was acknowledged, what came to the gateway and what the database held in the end, by the pure
 * domain and by counting.
 */
export function check(history: History): Violation[] {
  const requests = recordsOf(history, "request");
  const kept = recordsOf(history, "kept").at(-1);
  return [
    ...requests.flatMap(answerViolations),
    ...silenceViolations(history, requests),
    ...tallyViolations(requests, kept),
    ...orderViolations(history, requests, kept),
    ...sendViolations(history, kept),
  ];
}

function answerViolations({ id, action, answer }: Request): Violation[] {
  if (!answer) return [];
  const isFailure = answer.status >= 500 && answer.status !== 503;
  return [
    ...answer.departures.map(
      (text): Violation => ({ rule: "answers", text: `request ${id}, ${action.kind}: ${text}` }),
    ),
    ...(isFailure ? [{ rule: "service" as const, text: `request ${id}, ${action.kind}: ${answer.status}` }] : []),
  ];
}

/** Until a client has noticed that the connection that it keeps is to a process that died. */
const noticeMs = 1_000;

/** Only whoever asked a process that died may be left without an answer. */
function silenceViolations(history: History, requests: readonly Request[]): Violation[] {
  const deaths = recordsOf(history, "fault").filter(({ isDeath }) => isDeath);
  return requests
    .filter(
      ({ answer, begin, end }) =>
        !answer && !deaths.some(({ from, until }) => from <= end && until + noticeMs >= begin),
    )
    .map(({ id, action }) => ({ rule: "service", text: `request ${id}, ${action.kind}: no answer, and nothing died` }));
}

function orderViolations(history: History, requests: readonly Request[], kept: Kept | undefined): Violation[] {
  const [setting] = recordsOf(history, "setting");
  const codes = new Map(recordsOf(history, "post").map(({ attemptSid, code }) => [attemptSid, code]));
  const circumstances = {
    lifetimeSeconds: setting?.lifetimeSeconds ?? 0,
    codeOf: (attemptSid: string) => codes.get(attemptSid),
    time: serverTimeOf(history),
    // A database elsewhere may have committed when the connection to it broke; a file has not when a write failed.
    isUnknown: ({ answer }: Request) => !answer || (answer.status === 503 && setting?.database === "PostgreSQL"),
  };
  const keptOf = kept && grouped(kept.verifications);
  const violations: Violation[] = [];
  for (const [to, asked] of grouped(requests)) {
    const unexplained = explain(asked, keptOf && (keptOf.get(to) ?? []), circumstances);
    if (unexplained) violations.push(violationOf(to, unexplained, keptOf?.get(to)));
  }
  for (const [to, verifications] of keptOf ?? []) {
    const isAsked = requests.some((request) => request.to === to);
    if (!isAsked) violations.push({ rule: "kept", text: `${verifications[0]?.sid} of ${to} was asked for by nobody` });
  }
  return violations;
}

function violationOf(to: string, { request, states }: Unexplained, kept: unknown): Violation {
  const held = states.map((state) => keyOf(state) || "nothing").join(" or ");
  if (!request) return { rule: "kept", text: `${to}: the database has ${JSON.stringify(kept ?? [])}, not ${held}` };
  const { id, action, answer } = request;
  return { rule: "order", text: `${to}: request ${id} ${JSON.stringify({ action, answer })} with ${held}` };
}

/** By recipient. */
function grouped<Item extends { to: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.to);
    if (group) group.push(item);
    else groups.set(item.to, [item]);
  }
  return groups;
}
