import type { AskedPasskeys, Challenge, Proof } from "../challenges/challenge.ts";
import { statusOf } from "../challenges/challenge.ts";
import type { Factor } from "../factors/factor.ts";
import type { PasskeysConfig, PasskeysFactor } from "../factors/passkeys-factor.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { Expected } from "./webauthn.ts";

/** How long browsers wait, and challenges can be answered. */
export const timeoutMs = 600_000;

/** Whose login it is, as far as that is known. */
type Whose = Pick<Challenge, "accountSid" | "serviceSid" | "entitySid" | "identity" | "factorSid" | "sid">;

/** Asks for a passkey. */
export function challengeOf(whose: Whose, asked: AskedPasskeys, now: number): Challenge {
  return {
    ...whose,
    factorType: "passkeys",
    status: "pending",
    tries: 0,
    expiresAt: now + timeoutMs,
    respondedAt: null,
    details: null,
    hiddenDetails: null,
    metadata: null,
    asked,
    createdAt: now,
    updatedAt: now,
  };
}

/** What is asked of whoever has a passkey. */
export function askedOfAnybody({ relyingParty, userVerification }: PasskeysConfig): AskedPasskeys {
  return { relyingPartyId: relyingParty.id, origins: relyingParty.origins, userVerification, allowed: [] };
}

/**
 * What is asked of one person: one passkey, or whichever of the service's domain there is, else of the newest one's.
 * Where they differ in it, an authenticator verifies its user if it can: which has to, its own passkey says.
 * @param passkeys those that may answer, the newest first
 * @param service to whom passkeys of the service belong, where it says so: pages that it has since count as well
 */
export function askedOfPerson(
  passkeys: readonly [PasskeysFactor, ...PasskeysFactor[]],
  service: PasskeysConfig["relyingParty"] | undefined,
): AskedPasskeys {
  const ofService = passkeys.find(({ config }) => config.relyingParty.id === service?.id);
  const { relyingParty } = (ofService ?? passkeys[0]).config;
  const fitting = passkeys.filter(({ config }) => config.relyingParty.id === relyingParty.id);
  const [userVerification = "preferred", ...others] = new Set(fitting.map(({ config }) => config.userVerification));
  return {
    relyingPartyId: relyingParty.id,
    origins: ofService ? (service?.origins ?? []) : [],
    userVerification: others.length > 0 ? "preferred" : userVerification,
    allowed: fitting.flatMap(({ credential }) =>
      credential ? [{ id: credential.id, transports: credential.transports }] : [],
    ),
  };
}

/**
 * By what the answer of a passkey is judged: whoever is known by name is on a page of that passkey, or one that its service
 * has by now, and what either asks for is asked.
 */
export function expectedOf(asked: AskedPasskeys, { config }: PasskeysFactor, isOfAnybody: boolean): Expected {
  const { relyingPartyId, origins } = asked;
  const isRequired = [asked.userVerification, config.userVerification].includes("required");
  return {
    relyingPartyId,
    origins: isOfAnybody ? origins : [...origins, ...config.relyingParty.origins],
    userVerification: isRequired ? "required" : asked.userVerification,
  };
}

/** Why a passkey cannot answer a challenge, whatever it says. */
export function unfitFor(challenge: Challenge, factor: Factor, now: number): 60382 | 60383 | undefined {
  if (statusOf(challenge, now) !== "pending" || factor.status !== "verified") return 60383;
  const { asked, entitySid, factorSid } = challenge;
  const isOther = (wanted: string, sid: string) => wanted !== "" && wanted !== sid;
  if (isOther(entitySid, factor.entitySid) || isOther(factorSid, factor.sid)) return 60383;
  if (factor.factorType !== "passkeys" || asked?.relyingPartyId !== factor.config.relyingParty.id) return 60382;
  return undefined;
}

/** Both as a login leaves them. A count that does not grow is a copy's, but where the authenticator counts nothing. */
export function approved(
  { challenge, factor }: Proof,
  counter: number,
  now: number,
): Outcome<Proof, 60381 | 60382 | 60383> {
  const unfit = unfitFor(challenge, factor, now);
  if (unfit) return refused(unfit);
  if (factor.factorType !== "passkeys" || !factor.credential) return refused(60383);
  const { credential, entitySid, identity, sid: factorSid } = factor;
  if (counter <= credential.counter && (counter > 0 || credential.counter > 0)) return refused(60381);
  const answered = { entitySid, identity, factorSid, status: "approved", respondedAt: now, updatedAt: now } as const;
  return accepted({
    challenge: { ...challenge, ...answered },
    factor: { ...factor, credential: { ...credential, counter } },
  });
}
