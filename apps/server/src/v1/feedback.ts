import { decideEnd } from "../verifications/end.ts";
import type { Feedback, Verification } from "../verifications/verification.ts";
import { type V1Outcome, v1Refused } from "./refusal.ts";

interface FeedbackDecision {
  /** What to answer: the feedback that is on record now. */
  feedback: Feedback;
  /** Absent when nothing changes. */
  verification?: Verification;
  /** Whether the person proved to hold the number. */
  isApproved: boolean;
}

/**
 * Takes down how a code of the caller's own fared. `received` approves the verification while it is pending, as an
 * update of v2 does; later feedback replaces the outcome and nothing else. Without an outcome nothing changes.
 * @returns 60032 unless the attempt was a start with such a code.
 */
export function decideFeedback(
  current: Verification | undefined,
  attemptSid: string,
  outcome: Feedback["outcome"] | null,
  now: number,
): V1Outcome<FeedbackDecision, "60032"> {
  const known = current?.attempts.find(({ sid }) => sid === attemptSid)?.feedback;
  if (!current || known === undefined) return v1Refused("60032");
  if (outcome === null) {
    const feedback = known ?? { outcome: "received", createdAt: now, updatedAt: now };
    return { ok: true, value: { feedback, isApproved: false } };
  }
  const feedback: Feedback = { outcome, createdAt: known?.createdAt ?? now, updatedAt: now };
  const attempts = current.attempts.map((attempt) => (attempt.sid === attemptSid ? { ...attempt, feedback } : attempt));
  const noted = { ...current, attempts };
  const ended = outcome === "received" ? decideEnd(noted, "approved", now) : undefined;
  const verification = ended?.ok ? ended.value : noted;
  return { ok: true, value: { feedback, verification, isApproved: ended?.ok ?? false } };
}
