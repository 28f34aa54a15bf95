import { limits } from "../kernel/limits.ts";
import { statusAt, type Verification } from "../verifications/verification.ts";

/** A verification as v1 tells of it, for as long as it is kept. */
interface LegacyStatus {
  status: "pending" | "verified" | "expired";
  secondsToExpire: number;
}

const retentionMs = limits.retentionDays * 86_400_000;

/**
 * The state of a verification, also of one that has ended. What was cancelled, or locked by wrong codes, has no code that
 * is good for anything, and so is expired.
 * @returns undefined when there is none, or it ended too long ago.
 */
export function legacyStatus(current: Verification | undefined, now: number): LegacyStatus | undefined {
  if (!current) return undefined;
  const status = statusAt(current, now);
  const endedAt = status === "approved" || status === "canceled" ? current.updatedAt : current.expiresAt;
  if (now >= endedAt + retentionMs) return undefined;
  const secondsToExpire = wholeSecondsLeft(current, now);
  if (status === "pending") return { status, secondsToExpire };
  return status === "approved" ? { status: "verified", secondsToExpire } : { status: "expired", secondsToExpire: 0 };
}

/** Clients of v1 know no longer time. */
const secondsMax = 600;

/** The seconds of the window that are left in full; 599 at once after the start of ten minutes. */
export function wholeSecondsLeft({ expiresAt }: Pick<Verification, "expiresAt">, now: number): number {
  return Math.min(secondsMax, Math.max(0, Math.ceil((expiresAt - now) / 1000) - 1));
}
