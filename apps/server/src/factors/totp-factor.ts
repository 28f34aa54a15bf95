import type { FactorOf } from "./factor-of.ts";
import { stepAt, stepOf, type TotpConfig } from "./totp.ts";

/** An authenticator app. Its credential is the secret in Base64. */
export interface TotpFactor extends FactorOf<"totp", TotpConfig, string>, Tries {}

/** What was tried of its codes. */
interface Tries {
  /** Wrong codes given while it was not verified. */
  triesAtEnrolment: number;
  /** The latest step of which a code was right: neither its code nor an earlier one is right again. */
  lastStep: number | null;
  /** The step of the code that verified it, which is right once more. */
  enrolmentStep: number | null;
  /** When wrong codes were given since it was verified, of those that still count. */
  wrongTries: readonly number[];
}

/** Of one of which no code was tried, and of every factor that has none. */
export const untried: Tries = { triesAtEnrolment: 0, lastStep: null, enrolmentStep: null, wrongTries: [] };

const dayMs = 86_400_000;

export const totpRules = {
  /** How many wrong codes an unverified one takes. */
  enrolmentTriesMax: 5,
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
  /** Of a secret that comes from elsewhere: popular apps hold shorter ones than RFC 4226 asks for. */
  secretBytes: { min: 10, max: 128 },
} as const;

/**
 * Whether a code is right now, and the factor as that leaves it: verified by the first right one, with the step that is used
 * up, or with a wrong try that counts. Whether it may be judged is told by `secondsPaused`.
 */
export function judge(factor: TotpFactor, code: string, now: number): { isRight: boolean; factor: TotpFactor } {
  const { config, status, enrolmentStep, triesAtEnrolment } = factor;
  const secret = secretOf(factor);
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
export function secondsPaused(factor: TotpFactor, now: number): number {
  const tries = countedTries(factor, now);
  const { lengthBelow, counts } = totpRules.short;
  const times = tries.length * (factor.config.codeLength < lengthBelow ? counts : 1);
  const pause = totpRules.pauses.find((each) => times >= each.tries)?.seconds ?? 0;
  // A clock that went back by more than the pause was moved, in the sandbox.
  const passedMs = Math.abs(now - (tries.at(-1) ?? 0));
  return Math.max(0, Math.ceil(pause - passedMs / 1000));
}

/** For how long an unverified factor takes no code any more, which is until it is gone; 0 where it takes one. */
export function secondsLocked({ status, triesAtEnrolment, expiresAt }: TotpFactor, now: number): number {
  if (status === "verified" || triesAtEnrolment < totpRules.enrolmentTriesMax) return 0;
  return Math.max(1, Math.ceil(((expiresAt ?? now) - now) / 1000));
}

/** Empty once what sealed it is gone: then no code is right any more. */
export function secretOf({ credential }: Pick<TotpFactor, "credential">): Buffer {
  return Buffer.from(credential ?? "", "base64");
}

function countedTries({ wrongTries }: TotpFactor, now: number): number[] {
  return wrongTries.filter((at) => now - at < totpRules.wrongTryMs);
}

/** A step that is days ahead was used before the sandbox's clock was moved back, and binds nobody until then. */
function latestUsed({ lastStep, config }: TotpFactor, now: number): number {
  const isMoved = lastStep !== null && lastStep - stepAt(now, config) > dayMs / 1000 / config.timeStep;
  return lastStep === null || isMoved ? -1 : lastStep;
}
