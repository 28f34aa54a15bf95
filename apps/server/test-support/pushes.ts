import { randomBytes } from "node:crypto";
import type { Challenge } from "../src/challenges/challenge.ts";
import type { PushConfig, PushFactor } from "../src/factors/push-factor.ts";
import { accepted } from "../src/kernel/refusal.ts";
import { operator } from "../src/sql/resources.ts";
import { newSid, type Subject } from "./store-subject.ts";

/** A verified phone of an entity that is made with it, straight in the store. */
export async function enrolPhone(
  { store, clock, accountSid, serviceSid }: Subject,
  notificationPlatform: PushConfig["notificationPlatform"] = "fcm",
): Promise<PushFactor> {
  const [sid, now] = [newSid("YF"), clock.now];
  const whose = { accountSid, serviceSid, identity: newSid("person-") };
  const settings = {
    ...({ factorType: "push", sid, friendlyName: "Ada's phone", metadata: null } as const),
    config: { credentialSid: newSid("CR"), sdkVersion: "1.0.0", appId: "com.example.app", notificationPlatform },
    credential: {
      publicKey: randomBytes(91).toString("base64"),
      notificationToken: notificationPlatform === "none" ? null : `token-${sid}`,
    },
  };
  const entity = { ...whose, sid: newSid("YE"), createdAt: now, updatedAt: now };
  await store.factors.create(entity, settings, now, operator);
  const verify = (factor: object) => accepted({ ...factor, status: "verified", expiresAt: null } as PushFactor);
  const made = await store.factors.update({ ...whose, sid }, verify, now, operator);
  if (!made?.ok) throw new Error("the phone was not enrolled");
  return made.value as PushFactor;
}

/** A challenge of a phone for five minutes, straight in the store. */
export async function challengePhone(
  { store }: Pick<Subject, "store">,
  { sid: factorSid, ...factor }: Omit<PushFactor, "factorType"> & { factorType: Challenge["factorType"] },
): Promise<Challenge> {
  const made = await store.challenges.create(
    factor,
    factorSid,
    (factor, _, now) => {
      const { accountSid, serviceSid, entitySid, identity, factorType } = factor;
      const challenge: Challenge = {
        ...{ accountSid, serviceSid, entitySid, identity, factorSid, factorType, sid: newSid("YC") },
        ...{ status: "pending", tries: 0, expiresAt: now + 300_000, respondedAt: null },
        details: { message: "Log in to Acme?", fields: [{ label: "City", value: "London" }] },
        ...{ hiddenDetails: null, metadata: null, createdAt: now, updatedAt: now },
      };
      return accepted({ challenge, factor });
    },
    operator,
  );
  if (!made?.ok) throw new Error("the phone was not challenged");
  return made.value;
}

/** Has the person answer it. */
export const answerPhone = ({ store, clock }: Pick<Subject, "store" | "clock">, { sid, ...challenge }: Challenge) =>
  store.challenges.update(
    challenge,
    sid,
    (proof) =>
      accepted({
        ...proof,
        challenge: { ...proof.challenge, status: "approved", respondedAt: clock.now } as Challenge,
      }),
    operator,
  );
