import type { Entity } from "../entities/entity.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { PasskeysFactor } from "./passkeys-factor.ts";
import type { PushFactor } from "./push-factor.ts";
import type { TotpFactor } from "./totp-factor.ts";

/** Something by which a person proves to be who he is: an authenticator app, a phone with a key of its own, or a passkey. */
export type Factor = TotpFactor | PushFactor | PasskeysFactor;

/** What of a new one is no other's: the rest follows from whose it is, and when it is made. */
export type FactorSettings = OwnOf<TotpFactor> | OwnOf<PushFactor> | OwnOf<PasskeysFactor>;
export type OwnOf<Kind extends Factor> = Omit<
  Kind,
  Exclude<keyof Entity, "sid"> | "entitySid" | "status" | "expiresAt"
>;

const dayMs = 86_400_000;

export const factorRules = {
  /** How many of a type an entity has; for the first two the hosted service's numbers. */
  max: { totp: 100, push: 20, passkeys: 20 },
  /** How many are made for an entity, whatever becomes of them. */
  creations: [{ requestsMax: 100, seconds: 86_400 }],
  enrolmentMs: dayMs,
  metadataLengthMax: 1024,
} as const;

/** A factor as it is made, if its entity may have it beside the others that it has. */
export function newFactor(
  owner: Entity,
  settings: FactorSettings,
  others: readonly Factor[],
  now: number,
): Outcome<Factor, 60315 | 60317> {
  const ofType = others.filter(({ factorType }) => factorType === settings.factorType);
  if (ofType.some(({ credential }) => isSame(credential, settings.credential))) return refused(60317);
  if (ofType.length >= factorRules.max[settings.factorType]) return refused(60315);
  const { serviceSid, accountSid, identity, sid: entitySid } = owner;
  return accepted({
    ...settings,
    ...{ serviceSid, accountSid, identity, entitySid },
    status: "unverified",
    expiresAt: now + factorRules.enrolmentMs,
    createdAt: now,
    updatedAt: now,
  });
}

/** Whether both are proven by the same; one without its credential is like no other. */
function isSame(one: Factor["credential"], other: Factor["credential"]): boolean {
  const shown = (credential: Factor["credential"]) =>
    typeof credential === "object" ? credential?.publicKey : credential;
  return shown(one) !== undefined && shown(one) === shown(other);
}
