import type { Factor } from "../factors/factor.ts";
import { judge, secondsPaused, type TotpFactor } from "../factors/totp-factor.ts";
import { isoTime } from "../kernel/clock.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { onWire } from "../kernel/wire.ts";
import { answerOf } from "./device-answer.ts";

/** One question to the holder of a factor, which one right answer approves. */
export interface Challenge {
  accountSid: string;
  serviceSid: string;
  entitySid: string;
  identity: string;
  factorSid: string;
  factorType: Factor["factorType"];
  /** `YC` and 32 hexadecimal digits. */
  sid: string;
  /** As it was written; whether it has expired since, `statusOf` tells. */
  status: "pending" | "approved" | "denied" | "expired";
  /** Wrong answers. */
  tries: number;
  expiresAt: number;
  respondedAt: number | null;
  details: ChallengeDetails | null;
  hiddenDetails: Record<string, string> | null;
  metadata: Record<string, string> | null;
  /** What a browser was asked for, of passkeys. Whose they are is known once one has answered: it is empty until then. */
  asked?: AskedPasskeys;
  createdAt: number;
  updatedAt: number;
}

export interface AskedPasskeys {
  relyingPartyId: string;
  origins: string[];
  userVerification: "required" | "preferred" | "discouraged";
  /** Those that may answer; none where anybody may. */
  allowed: { id: string; transports: string[] }[];
}

/** As it was sent: what was not is not there. */
export interface ChallengeDetails {
  message?: string;
  fields?: { label: string; value: string }[];
  /** When it was created, for services that want it shown; ISO 8601. */
  date?: string;
}

/** What is asked for: all that a factor does not say. */
export interface ChallengeRequest extends Pick<Challenge, "sid" | "details" | "hiddenDetails"> {
  /** In five minutes where it is left out. */
  expiresAt?: number | undefined;
  /** A code, which an app alone can be asked for at once. */
  payload?: string | undefined;
  /** Whether the service wants a phone to show when it was asked. */
  isDated: boolean;
}

/** A challenge and its factor, as a decision leaves them: both are written, or neither is. */
export interface Proof {
  challenge: Challenge;
  factor: Factor;
}

const minuteMs = 60_000;
const [hourMs, dayMs] = [60 * minuteMs, 24 * 60 * minuteMs];
const lifetimeMs = 5 * minuteMs;
const lifetimeMsMax = hourMs;
const triesMax = 5;

/** How many challenges of a factor may be created, by the length of its codes; what is guessed is bounded by it. */
const creationsMax = {
  short: [{ max: 10, ms: dayMs }],
  long: [
    { max: 50, ms: hourMs },
    { max: 100, ms: dayMs },
  ],
};
/** So many of the latest creations tell whether there may be another, of those that are less than a day ahead. */
export const creationsRead = { max: 100, aheadMs: dayMs };

/** Nobody writes that a challenge has expired: it has from then on, wherever it is read. */
export function statusOf({ status, expiresAt }: Pick<Challenge, "status" | "expiresAt">, now: number) {
  return status === "pending" && now >= expiresAt ? "expired" : status;
}

/** Whether a challenge may be made to end then. */
export function isLifetime(expiresAt: number, now: number): boolean {
  return expiresAt > now && expiresAt <= now + lifetimeMsMax;
}

/**
 * Challenges a factor, and judges the code where there is one.
 * @param creations when the latest challenges of the factor were created, the newest first
 */
export function challengeOf(
  factor: Factor,
  { payload, expiresAt, isDated, ...request }: ChallengeRequest,
  creations: readonly number[],
  now: number,
): Outcome<Proof, 60306 | 60308 | 60312 | 60318> {
  if (factor.status !== "verified") return refused(60318);
  const unfit = unfitFor(factor, request, payload) ?? waitFor(factor, creations, now);
  if (unfit) return unfit;
  const { accountSid, serviceSid, entitySid, identity, factorType } = factor;
  const challenge: Challenge = {
    ...{ accountSid, serviceSid, entitySid, identity, factorSid: factor.sid, factorType, ...request },
    ...(isDated && factorType === "push" && { details: { ...request.details, date: isoTime(now) } }),
    status: "pending",
    tries: 0,
    expiresAt: expiresAt ?? now + lifetimeMs,
    respondedAt: null,
    metadata: null,
    createdAt: now,
    updatedAt: now,
  };
  const isJudged = payload !== undefined && factor.factorType === "totp";
  return isJudged ? judgedCode({ challenge, factor }, payload, now) : accepted({ challenge, factor });
}

/** What is asked of one type of factor alone. */
function unfitFor({ factorType }: Factor, { details }: Pick<ChallengeRequest, "details">, payload: string | undefined) {
  if (factorType === "passkeys") return refused(60306, { parameter: "FactorSid", details: { factor: "other_type" } });
  if (factorType === "totp") return undefined;
  if (payload !== undefined) return refused(60306, { parameter: "AuthPayload", details: { factor: "other_type" } });
  return details?.message ? undefined : refused(60306, { parameter: "Details.Message" });
}

/** Codes are guessed, so an app waits after wrong ones, and is not challenged without end. */
function waitFor(factor: Factor, creations: readonly number[], now: number) {
  if (factor.factorType !== "totp") return undefined;
  const pause = secondsPaused(factor, now);
  if (pause > 0) return refused(60308, { retryAfterSeconds: pause });
  const waitMs = creationWaitMs(creations, factor.config.codeLength, now);
  return waitMs > 0 ? refused(60312, { retryAfterSeconds: waitMs / 1000 }) : undefined;
}

/** Windows slide: there is no hour at which all is forgotten at once. */
function creationWaitMs(creations: readonly number[], codeLength: number, now: number): number {
  const waits = creationsMax[codeLength <= 4 ? "short" : "long"].map(({ max, ms }) => {
    // A clock that went back by a whole window was moved, in the sandbox.
    const last = creations.filter((at) => at - now < ms)[max - 1] ?? Number.NEGATIVE_INFINITY;
    // Nobody waits longer than a window lasts, also where the clock was ahead.
    return Math.min(ms, last + ms - now);
  });
  return Math.max(...waits);
}

/** Judges the answer, and keeps the metadata, of which there may be either. */
export function update(
  { challenge, factor }: Proof,
  { payload, metadata = challenge.metadata }: { payload?: string | undefined } & Partial<Pick<Challenge, "metadata">>,
  now: number,
): Outcome<Proof, AnswerCode | 60322 | 60323> {
  const status = statusOf(challenge, now);
  if (status !== "pending") return refused(status === "expired" ? 60323 : 60322);
  const kept = { ...challenge, metadata, updatedAt: now };
  const proof = { challenge: kept, factor };
  return payload === undefined ? accepted(proof) : answered(proof, payload, now);
}

type AnswerCode = 60306 | 60308 | 60324;

/** What an answer makes of both. This is where the type of a factor decides. */
function answered({ challenge, factor }: Proof, payload: string, now: number): Outcome<Proof, AnswerCode> {
  if (factor.factorType === "totp") return judgedCode({ challenge, factor }, payload, now);
  const credential = factor.factorType === "push" ? factor.credential : null;
  const answer = credential ? answerOf(payload, credential.publicKey, shownOf(challenge)) : undefined;
  if (!answer) return refused(60324);
  return accepted({ challenge: { ...challenge, status: answer, respondedAt: now, updatedAt: now }, factor });
}

/** An authenticator app denies nothing. */
function judgedCode(
  { challenge, factor }: Proof & { factor: TotpFactor },
  code: string,
  now: number,
): Outcome<Proof, 60306 | 60308> {
  if (!/^[0-9]{3,8}$/.test(code)) return refused(60306, { parameter: "AuthPayload" });
  const isUsedUp = challenge.tries >= triesMax;
  const wait = isUsedUp ? (challenge.expiresAt - now) / 1000 : secondsPaused(factor, now);
  if (wait > 0) return refused(60308, { retryAfterSeconds: wait });
  const judged = judge(factor, code, now);
  const changed: Partial<Challenge> = judged.isRight
    ? { status: "approved", respondedAt: now }
    : { tries: challenge.tries + 1 };
  return accepted({ challenge: { ...challenge, ...changed, updatedAt: now }, factor: judged.factor });
}

/** What of a challenge never changes, as answers have it: this a device signs. */
export function shownOf(challenge: Challenge) {
  const owners = onWire(challenge, "sid", "accountSid", "serviceSid", "entitySid", "identity", "factorSid");
  const told = onWire(challenge, "factorType", "details", "hiddenDetails", "createdAt");
  return { ...owners, ...told, expiration_date: isoTime(challenge.expiresAt) };
}
