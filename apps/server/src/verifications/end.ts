import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { isLocked, reasonGone, type Verification } from "./verification.ts";

/**
 * Ends a pending verification as the caller says. Cancelling also frees a recipient that wrong checks locked.
 * @returns 20404 when there is nothing to end.
 */
export function decideEnd(
  current: Verification | undefined,
  status: "canceled" | "approved",
  now: number,
): Outcome<Verification, 20404> {
  const reason = reasonGone(current, now);
  const isFreed = current && status === "canceled" && isLocked(current, now);
  if (!current || (reason && !isFreed)) return refused(20404, { reason: reason ?? "unknown" });
  return accepted({ ...current, status, code: null, updatedAt: now });
}

/** The verification as a caller may read it: while it is pending, or locked within its window. */
export function decideFetch(current: Verification | undefined, now: number): Outcome<Verification, 20404> {
  const reason = reasonGone(current, now);
  if (!current || (reason && !isLocked(current, now))) return refused(20404, { reason: reason ?? "unknown" });
  return accepted(current);
}
