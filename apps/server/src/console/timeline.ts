import type { VerificationLogEvent } from "@countersign/types";
import type { Attempt } from "../attempts/attempt.ts";
import { statusAt } from "../verifications/verification.ts";
import type { LoggedVerification } from "./verification-log.ts";

/** How often the message of a send was tried by now, and why the last try failed. */
export type Waiting = ReadonlyMap<string, { tries: number; errorCode: string | null }>;

/** Everything that happened to a verification, oldest first. */
export function timelineOf(logged: LoggedVerification, waiting: Waiting, now: number): VerificationLogEvent[] {
  const { verification, facts } = logged;
  const sends = new Map(logged.sends.map((send) => [send.sid, send]));
  const starts = [...verification.attempts];
  const events = facts.flatMap(({ at, type }) => {
    const start = type === "sent" ? starts.shift() : undefined;
    if (!start) return [event(at, type)];
    const send = sends.get(start.sid);
    const { locale = null, codeLength } = send ?? {};
    const told = { attempt_sid: start.sid, channel: start.channel, locale, code_length: codeLength || null };
    return [event(at, "sent", { ...told, ...triesOf(waiting.get(start.sid)) }), ...(send ? deliveryOf(send) : [])];
  });
  const isLate = verification.status === "pending" && statusAt(verification, now) === "expired";
  if (isLate) events.push(event(verification.expiresAt, "expired"));
  // What happened at one time stays in its order.
  return events.sort((one, other) => one.date.localeCompare(other.date));
}

/** What became of the message of a send. Of one of an earlier version it is not known when it was taken. */
function deliveryOf(send: Attempt): VerificationLogEvent[] {
  const { status, errorCode } = send.delivery;
  const told = { attempt_sid: send.sid, channel: send.channel, provider: send.provider, tries: send.tries };
  const takenAt = send.handedOverAt ?? (status === "sent" ? send.updatedAt : null);
  return [
    ...(takenAt === null ? [] : [event(takenAt, "handed_over", told)]),
    ...(status === "queued" || status === "sent"
      ? []
      : [event(send.endedAt ?? send.updatedAt, status, { ...told, error_code: errorCode })]),
  ];
}

function triesOf(waiting: { tries: number; errorCode: string | null } | undefined) {
  return waiting && { tries: waiting.tries, error_code: waiting.errorCode };
}

function event(
  at: number,
  type: VerificationLogEvent["type"],
  told: Partial<Omit<VerificationLogEvent, "date" | "type">> = {},
): VerificationLogEvent {
  const nothing = { channel: null, attempt_sid: null, provider: null, tries: null, error_code: null };
  return { date: new Date(at).toISOString(), type, ...nothing, locale: null, code_length: null, ...told };
}
