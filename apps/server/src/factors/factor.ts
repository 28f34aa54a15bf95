import type { Entity } from "../entities/entity.ts";
import { stepAt, stepOf, type TotpConfig } from "./totp.ts";

/** Something by which a person proves to be who he is: an authenticator app. */
export interface Factor {
  serviceSid: string;
  /** `YF` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  entitySid: string;
  /** Of the entity. */
  identity: string;
  factorType: "totp";
  status: "unverified" | "verified";
  friendlyName: string;
  metadata: Record<string, string> | null;
  config: TotpConfig;
  /** Empty once what sealed it is gone: then no code is right any more. */
  secret: Buffer;
  /** Wrong codes given while it was not verified. */
  triesAtEnrolment: number;
  /** The latest step of which a code was right: neither its code nor an earlier one is right again. */
  lastStep: number | null;
  /** The step of the code that verified it, which is right once more. */
  enrolmentStep: number | null;
  /** When wrong codes were given since it was verified, of those that still count. */
  wrongTries: readonly number[];
  /** When it is gone if nobody verifies it; null once somebody has. */
  expiresAt: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What a request says of a new one. */
export type FactorSettings = Pick<Factor, "friendlyName" | "metadata" | "config" | "secret">;

const dayMs = 86_400_000;

export const factorRules = {
  /** How many an entity has; the hosted service's number. */
  totpMax: 100,
  /** How many are made for an entity, whatever becomes of them. */
  creations: [{ requestsMax: 100, seconds: 86_400 }],
  /** How many wrong codes an unverified one takes. */
  enrolmentTriesMax: 5,
  enrolmentMs: dayMs,
  /** How long a wrong code counts. No right one takes it back: else whoever waits for the person's logins guesses on. */
  wrongTryMs: 30 * dayMs,
  /** After so many that count, the next code is looked at so much later. In 30 days nobody guesses more than 130 times. */
  pauses: [
    { tries: 100, seconds: 86_400 },
    { tries: 50, seconds: 3600 },
    { tries: 20, seconds: 900 },
    { tries: 10, seconds: 60 },
  ],
  /** A wrong code that is shorter than usual counts for several, since it is guessed sooner. */
  short: { lengthBelow: 6, counts: 3 },
  metadataLengthMax: 1024,
  /** Of a secret that comes from elsewhere: popular apps hold shorter ones than RFC 4226 asks for. */
  secretBytes: { min: 10, max: 128 },
} as const;

export function newFactor(entity: Entity, { sid, ...settings }: FactorSettings & { sid: string }, now: number): Factor {
  return {
    ...settings,
    sid,
    serviceSid: entity.serviceSid,
    accountSid: entity.accountSid,
    entitySid: entity.sid,
    identity: entity.identity,
    factorType: "totp",
    status: "unverified",
    triesAtEnrolment: 0,
    lastStep: null,
    enrolmentStep: null,
    wrongTries: [],
    expiresAt: now + factorRules.enrolmentMs,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Whether a code is right now, and the factor as that leaves it: verified by the first right one, with the step that is used
 * up, or with a wrong try that counts. Whether it may be judged is told by `secondsPaused`.
 */
export function judge(factor: Factor, code: string, now: number): { isRight: boolean; factor: Factor } {
  const { secret, config, status, enrolmentStep, triesAtEnrolment } = factor;
  const isUsed = (step: number) => step <= latestUsed(factor, now) && step !== enrolmentStep;
  const step = secret.length > 0 ? stepOf(code, { secret, config, now, isUsed }) : undefined;
  const isEnrolment = status === "unverified";
  if (step === undefined) {
    const tried = isEnrolment
      ? { triesAtEnrolment: triesAtEnrolment + 1 }
      : { wrongTries: [...countedTries(factor, now), now] };
    return { isRight: false, factor: { ...factor, ...tried } };
  }
  const used = { lastStep: step, enrolmentStep: null };
  const verified = { status: "verified", expiresAt: null, enrolmentStep: step } as const;
  return { isRight: true, factor: { ...factor, ...used, ...(isEnrolment && verified) } };
}

/** For how long no code of a verified factor is looked at, after how many were wrong; 0 where one is now. */
export function secondsPaused(factor: Factor, now: number): number {
  const tries = countedTries(factor, now);
  const { lengthBelow, counts } = factorRules.short;
  const times = tries.length * (factor.config.codeLength < lengthBelow ? counts : 1);
  const pause = factorRules.pauses.find((each) => times >= each.tries)?.seconds ?? 0;
  // A clock that went back by more than the pause was moved, in the sandbox.
  const passedMs = Math.abs(now - (tries.at(-1) ?? 0));
  return Math.max(0, Math.ceil(pause - passedMs / 1000));
}

/** For how long an unverified factor takes no code any more, which is until it is gone; 0 where it takes one. */
export function secondsLocked({ status, triesAtEnrolment, expiresAt }: Factor, now: number): number {
  if (status === "verified" || triesAtEnrolment < factorRules.enrolmentTriesMax) return 0;
  return Math.max(1, Math.ceil(((expiresAt ?? now) - now) / 1000));
}

function countedTries({ wrongTries }: Factor, now: number): number[] {
  return wrongTries.filter((at) => now - at < factorRules.wrongTryMs);
}

/** A step that is days ahead was used before the sandbox's clock was moved back, and binds nobody until then. */
function latestUsed({ lastStep, config }: Factor, now: number): number {
  const isMoved = lastStep !== null && lastStep - stepAt(now, config) > dayMs / 1000 / config.timeStep;
  return lastStep === null || isMoved ? -1 : lastStep;
}
