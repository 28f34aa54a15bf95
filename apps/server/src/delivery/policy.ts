import { backOffMs } from "../kernel/back-off.ts";

/**
 * How often a message is given to a channel, and when: while its code lives, at most ten times, after waits that double.
 * In a lifetime of ten minutes there are nine or ten.
 */

/** Of one message, whatever became of them; also those that nobody lived to tell of. */
export const triesMax = 10;
const backOff = { firstMs: 1_000, longestMs: 300_000, spread: 1 / 2 };

/** How long a hand-over keeps a message from other workers. Longer than it waits for its turn and lasts together. */
export const leaseSeconds = 60;
/** A message that waited for its turn so long in the process that accepted it is left to whoever claims it. */
export const turnMsMax = 10_000;
/** So long after a try began, no further provider is asked. Each has to answer within about as long. */
export const tryMsMax = 20_000;

/** Why the service itself gave a message up, beside the channels' own codes. */
export const giveUpCodes = {
  /** The code was worthless before anybody took the message. */
  expired: "expired",
  /** Its code and text were sealed with a secret that is gone. */
  unreadable: "unreadable",
  /** No provider is configured that serves the recipient. */
  unserved: "no_provider",
  /** The SMS route that it was to leave by is there no more. */
  unrouted: "no_route",
  /** Every try was begun and no end of it is known. */
  unknown: "unknown",
} as const;

/** When it is looked again whether a message may go out that waits for a provider. No try is counted meanwhile. */
export function nextLookAt({ createdAt, expiresAt }: { createdAt: number; expiresAt: number }, now: number): number {
  return Math.min(expiresAt, now + Math.min(10_000, Math.max(1_000, Math.round((now - createdAt) / 4))));
}

/** When the next try is due, or nothing when there is none. @param random from 0 to 1 */
export function nextTryAt(
  {
    tries,
    expiresAt,
    retryAfterSeconds = 0,
  }: { tries: number; expiresAt: number; retryAfterSeconds?: number | undefined },
  now: number,
  random: number,
): number | undefined {
  if (tries >= triesMax) return undefined;
  const dueAt = now + Math.max(backOffMs(backOff, tries, random), retryAfterSeconds * 1000);
  return dueAt < expiresAt ? dueAt : undefined;
}
