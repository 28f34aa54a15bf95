import { entryOf } from "../console/trail.ts";
import type { Author } from "../kernel/handler.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { Decision } from "./ledger.ts";
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

/** What follows when somebody ends a verification so: its fact, and an entry of who it was. */
export function endedBy(
  by: Author,
  verification: Verification,
  status: "canceled" | "approved",
  now: number,
): Omit<Decision<never>, "outcome"> {
  const { accountSid, sid } = verification;
  const done = { accountSid, by, at: now, action: status, resourceType: "verification", resourceSid: sid };
  return { verification, facts: [status], written: [entryOf(done)] };
}

/** The verification as a caller may read it: while it is pending, or locked within its window. */
export function decideFetch(current: Verification | undefined, now: number): Outcome<Verification, 20404> {
  const reason = reasonGone(current, now);
  if (!current || (reason && !isLocked(current, now))) return refused(20404, { reason: reason ?? "unknown" });
  return accepted(current);
}
