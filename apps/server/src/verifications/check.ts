import { limits } from "../kernel/limits.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { isLocked, reasonGone, type SnaState, secondsLeft, type Verification } from "./verification.ts";

/** A check that passed every test that needs no state. */
export interface CheckCommand {
  /** Whether the caller named the verification by its sid, which is gone once checks are used up. */
  isBySid: boolean;
  /** Whether the code is the verification's, bound to the given amount and payee. Absent for a check without a code. */
  matches: ((verification: Verification) => boolean) | null;
  /** Whether the client token is the one that the device got. */
  isClientToken: (sna: SnaState) => boolean;
}

/**
 * Checks a code, or the result of silent network authentication.
 * A wrong code counts, also when amount or payee is what differs; the fifth ends the verification.
 * @returns 60202 by recipient and 20404 by sid once checks are used up; 20404 when nothing is pending; 60200 when a code
 *   is needed and missing.
 */
export function decideCheck(
  current: Verification | undefined,
  command: CheckCommand,
  now: number,
): Outcome<Verification, 60200 | 60202 | 20404> {
  if (current && !command.isBySid && isLocked(current, now)) {
    return refused(60202, { retryAfterSeconds: secondsLeft(current, now) });
  }
  const reason = reasonGone(current, now);
  if (!current || reason) return refused(20404, { reason: reason ?? "unknown" });
  if (command.matches) return accepted(command.matches(current) ? approve(current, now) : countWrong(current, now));
  if (!current.sna || current.channel !== "sna") return refused(60200, { parameter: "Code" });
  if (!current.sna.isConfirmed) return accepted(withPendingResult(current, now));
  // Whoever opened the address got a token; a check without it is somebody else's, and is counted like a wrong code.
  const isRight = !current.sna.needsClientToken || command.isClientToken(current.sna);
  return accepted(isRight ? approve(current, now) : countWrong(current, now));
}

function approve(verification: Verification, now: number): Verification {
  return { ...verification, status: "approved", code: null, updatedAt: now };
}

function countWrong(verification: Verification, now: number): Verification {
  const checks = verification.checks + 1;
  const isLast = checks >= limits.checksMax;
  return {
    ...verification,
    checks,
    status: isLast ? "max_attempts_reached" : "pending",
    code: isLast ? null : verification.code,
    updatedAt: now,
  };
}

/** The URL was not opened yet: the answer says so, once an attempt. */
function withPendingResult(verification: Verification, now: number): Verification {
  const attempt = verification.attempts.findLast(({ channel }) => channel === "sna");
  const errors = verification.sna?.errors ?? [];
  if (!verification.sna || !attempt || errors.some(({ attemptSid }) => attemptSid === attempt.sid)) return verification;
  const pending = { attemptSid: attempt.sid, code: 60519 };
  return { ...verification, sna: { ...verification.sna, errors: [...errors, pending] }, updatedAt: now };
}
