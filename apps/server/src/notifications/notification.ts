import { type Challenge, statusOf } from "../challenges/challenge.ts";
import type { Factor } from "../factors/factor.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";

/** One push that tells a device of a challenge: what waits to be sent, and what became of it. */
export interface Notification {
  serviceSid: string;
  /** `NT` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  entitySid: string;
  factorSid: string;
  challengeSid: string;
  /** Whether somebody asked for it; the first of a challenge goes out by itself. */
  isRequested: boolean;
  ttlSeconds: number;
  status: "queued" | "sent" | "failed";
  /** How often it was given to a platform or was about to be. */
  tries: number;
  /** Why the last try failed; null as long as none has. */
  errorCode: string | null;
  createdAt: number;
  /** From then on it is not worth sending: the platform would not keep it, or the challenge is over. */
  expiresAt: number;
}

export const notificationRules = {
  ttlSeconds: 300,
  /** How many may be asked for of one challenge; the hosted service's number. */
  requestsMax: 3,
} as const;

export function newNotification(
  { accountSid, serviceSid, entitySid, factorSid, sid: challengeSid, expiresAt }: Challenge,
  own: Pick<Notification, "sid" | "isRequested" | "ttlSeconds">,
  now: number,
): Notification {
  return {
    ...{ accountSid, serviceSid, entitySid, factorSid, challengeSid, ...own },
    status: "queued",
    tries: 0,
    errorCode: null,
    createdAt: now,
    expiresAt: Math.min(expiresAt, now + own.ttlSeconds * 1000),
  };
}

/** Another push of a challenge that is pending, if its device can be told. @param requested how many were asked for */
export function requestedNotification(
  { challenge, factor, requested }: { challenge: Challenge; factor: Factor | undefined; requested: number },
  own: Pick<Notification, "sid" | "ttlSeconds">,
  now: number,
): Outcome<Notification, 60306 | 60307 | 60309 | 60322 | 60323> {
  if (factor?.factorType !== "push") {
    return refused(60306, { parameter: "ChallengeSid", details: { factor: "other_type" } });
  }
  const status = statusOf(challenge, now);
  if (status !== "pending") return refused(status === "expired" ? 60323 : 60322);
  if (factor.config.notificationPlatform === "none") return refused(60307);
  // There is never another one: the wait is the challenge's own end, as where its codes are used up.
  const retryAfterSeconds = Math.ceil((challenge.expiresAt - now) / 1000);
  if (requested >= notificationRules.requestsMax) return refused(60309, { retryAfterSeconds });
  return accepted(newNotification(challenge, { ...own, isRequested: true }, now));
}
