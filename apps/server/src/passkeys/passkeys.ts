import type {
  PasskeyChallenge as ChallengeBody,
  PasskeysFactor as FactorBody,
  NewPasskeysFactor as NewFactorBody,
  PasskeyDescriptor,
} from "@countersign/types";
import type { RequestStore } from "../accounts/store.ts";
import { type Challenge, statusOf } from "../challenges/challenge.ts";
import type { ChallengeStore } from "../challenges/store.ts";
import { tooManyEntities } from "../entities/entities.ts";
import type { EntityStore } from "../entities/store.ts";
import type { Factor } from "../factors/factor.ts";
import { factorBody } from "../factors/factors.ts";
import type { PasskeysCredential, PasskeysFactor } from "../factors/passkeys-factor.ts";
import type { FactorStore } from "../factors/store.ts";
import type { Handlers } from "../kernel/handler.ts";
import { unforeseeableSid } from "../kernel/random.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import { configOf } from "./config.ts";
import { approved, askedOfAnybody, askedOfPerson, challengeOf, expectedOf, timeoutMs, unfitFor } from "./login.ts";
import { base64Url, readSaid } from "./said.ts";
import { algorithms, type Expected, verifyLogin, verifyRegistration } from "./webauthn.ts";

type Ids = "createNewFactorPasskey" | "updatePasskeysFactor" | "createChallengePasskeys" | "updateChallengePasskeys";

interface Parts extends WithinService {
  entities: Pick<EntityStore, "fetch">;
  factors: Pick<FactorStore, "create" | "find" | "ofEntity" | "enrol">;
  challenges: Pick<ChallengeStore, "ask" | "find" | "answer">;
  requests: Pick<RequestStore, "count">;
}

/** The operations of the tag Passkeys. What a browser signs is the sid, by which it is found what it answers. */
export function passkeyHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, factors, challenges, clock, newSid } = parts;
  return {
    async createNewFactorPasskey({ by, accountSid, path, body, base }) {
      const service = await services.fetch(accountSid, path.ServiceSid);
      if (!service) return refused(20404);
      const config = configOf(body.config ?? {}, service.settings.passkeys);
      if (!config.ok) return config;
      const which = { accountSid, serviceSid: path.ServiceSid, identity: body.identity };
      const tooMany = (await entities.fetch(which)) ? undefined : await tooManyEntities(parts, accountSid);
      if (tooMany) return tooMany;
      const now = clock();
      const entity = { ...which, sid: newSid("YE"), createdAt: now, updatedAt: now };
      const settings = { factorType: "passkeys", friendlyName: body.friendly_name, config: config.value } as const;
      const own = { ...settings, sid: unforeseeableSid("YF"), metadata: null, credential: null };
      // It has no credential yet that another could have.
      const created = (await factors.create(entity, own, now, by)) as Outcome<Factor, 20404 | 60315 | 60326>;
      if (!created.ok) return created;
      const others = await factors.ofEntity({ ...entity, sid: created.value.entitySid }, now);
      return accepted(newFactorBody(created.value as PasskeysFactor, verifiedOf(others), base));
    },

    async updatePasskeysFactor({ by, accountSid, path, body, base }) {
      const serviceSid = path.ServiceSid;
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const said = readSaid(body, { type: "webauthn.create", prefix: "YF" });
      if (!said.ok) return said;
      const factor = await factors.find({ accountSid, serviceSid, sid: said.value.sid }, clock());
      if (factor?.factorType !== "passkeys") return refused(60390);
      if (factor.status === "verified") return refused(60383);
      const { attestationObject, transports = [] } = body.response;
      const verified = await verifyRegistration(
        { ...said.value, attestationObject, transports },
        expectedAtRegistration(factor),
      );
      if (!verified.ok) return verified;
      const now = clock();
      const enrolled = await factors.enrol(factor, (each) => enrolledBy(each, verified.value, now), now, by);
      if (!enrolled) return refused(60390);
      return enrolled.ok ? accepted(passkeyBody(enrolled.value, base)) : enrolled;
    },

    async createChallengePasskeys({ by, accountSid, path, body: { identity, factor_sid: factorSid }, base }) {
      const serviceSid = path.ServiceSid;
      const service = await services.fetch(accountSid, serviceSid);
      if (!service) return refused(20404);
      const now = clock();
      const ofService = configOf({}, service.settings.passkeys);
      const anybody = {
        accountSid,
        serviceSid,
        sid: unforeseeableSid("YC"),
        entitySid: "",
        identity: "",
        factorSid: "",
      };
      const ask = async (challenge: Challenge) =>
        (await challenges.ask(challenge, by)) ? accepted(challengeBody(challenge, base, now)) : refused(20404);
      if (identity === undefined) {
        if (factorSid !== undefined) return refused(60366);
        return ofService.ok ? ask(challengeOf(anybody, askedOfAnybody(ofService.value), now)) : ofService;
      }
      const entity = await entities.fetch({ accountSid, serviceSid, identity });
      if (!entity) return refused(60392);
      const all = await factors.ofEntity(entity, now);
      const wanted = all.filter(({ sid, factorType }) => factorType === "passkeys" && (factorSid ?? sid) === sid);
      const [passkey, ...more] = verifiedOf(wanted);
      if (!passkey) return refused(factorSid !== undefined && wanted.length > 0 ? 60318 : 60390);
      const asked = askedOfPerson([passkey, ...more], ofService.ok ? ofService.value.relyingParty : undefined);
      const whose = { ...anybody, entitySid: entity.sid, identity, factorSid: factorSid ?? "" };
      return ask(challengeOf(whose, asked, now));
    },

    async updateChallengePasskeys({ by, accountSid, path, body, base }) {
      const serviceSid = path.ServiceSid;
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const said = readSaid(body, { type: "webauthn.get", prefix: "YC" });
      if (!said.ok) return said;
      const challenge = await challenges.find({ accountSid, serviceSid, sid: said.value.sid });
      if (!challenge?.asked) return refused(60391);
      const now = clock();
      const factor = await factors.find({ accountSid, serviceSid, credential: said.value.id }, now);
      if (factor?.factorType !== "passkeys" || !factor.credential) return refused(60390);
      const unfit = unfitFor(challenge, factor, now);
      if (unfit) return refused(unfit);
      const { authenticatorData, signature, userHandle } = body.response;
      const isOther = userHandle && base64Url(userHandle) !== bytesOf(factor.entitySid);
      if (isOther) return refused(60378, { details: { member: "userHandle" } });
      const login = { ...said.value, authenticatorData, signature };
      const expected = expectedOf(challenge.asked, factor, challenge.entitySid === "");
      const verified = await verifyLogin(login, expected, factor.credential);
      if (!verified.ok) return verified;
      const answered = await challenges.answer(
        challenge,
        factor,
        (proof, at) => approved(proof, verified.value, at),
        by,
      );
      if (!answered) return refused(60390);
      return answered.ok ? accepted(challengeBody(answered.value, base, clock())) : answered;
    },
  };
}

/** A factor takes one passkey, once. */
function enrolledBy(factor: Factor, credential: PasskeysCredential, now: number) {
  if (factor.factorType !== "passkeys" || factor.status === "verified") return refused(60383);
  return accepted({ ...factor, credential, status: "verified", expiresAt: null, updatedAt: now } as const);
}

function verifiedOf(factors: readonly Factor[]): PasskeysFactor[] {
  return factors.filter((each): each is PasskeysFactor => each.factorType === "passkeys" && each.status === "verified");
}

function expectedAtRegistration({ config: { relyingParty, userVerification } }: PasskeysFactor): Expected {
  return { relyingPartyId: relyingParty.id, origins: relyingParty.origins, userVerification };
}

/** A text as WebAuthn takes it, whose every value is bytes. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function described({ id, transports }: { id: string; transports: string[] }): PasskeyDescriptor {
  return { type: "public-key", id, transports };
}

/** As every answer has it: of one of this type it is known how it is configured. */
function passkeyBody(factor: Factor, base: string): FactorBody {
  return factorBody(factor, base) as FactorBody;
}

function newFactorBody(factor: PasskeysFactor, others: readonly PasskeysFactor[], base: string): NewFactorBody {
  const {
    relyingParty,
    authenticatorAttachment: attachment,
    discoverableCredentials,
    userVerification,
  } = factor.config;
  const publicKey = {
    rp: { id: relyingParty.id, name: relyingParty.name },
    user: { id: bytesOf(factor.entitySid), name: factor.friendlyName, displayName: factor.friendlyName },
    challenge: bytesOf(factor.sid),
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg }) as const),
    timeout: timeoutMs,
    excludeCredentials: others.flatMap(({ credential }) => (credential ? [described(credential)] : [])),
    authenticatorSelection: {
      ...(attachment !== "any" && { authenticatorAttachment: attachment }),
      requireResidentKey: discoverableCredentials === "required",
      residentKey: discoverableCredentials,
      userVerification,
    },
    attestation: "none",
  } as const;
  return { ...passkeyBody(factor, base), binding: null, options: { publicKey: { ...publicKey } } };
}

function challengeBody(challenge: Challenge, base: string, now: number): ChallengeBody {
  const { serviceSid, sid, status, asked } = challenge;
  const owners = onWire(challenge, "sid", "accountSid", "serviceSid", "entitySid", "identity", "factorSid");
  return {
    ...owners,
    ...onWire(challenge, "createdAt", "updatedAt", "respondedAt"),
    ...{ factor_type: "passkeys", status: statusOf(challenge, now), responded_reason: "none" },
    ...{ details: null, expiration_date: null, hidden_details: null, links: null, metadata: null },
    url: `${base}/v2/Services/${serviceSid}/Passkeys/${status === "approved" ? "ApproveChallenge" : "Challenges"}`,
    options: {
      publicKey: {
        challenge: bytesOf(sid),
        timeout: timeoutMs,
        rpId: asked?.relyingPartyId ?? "",
        allowCredentials: asked?.allowed.map(described) ?? [],
        userVerification: asked?.userVerification ?? "preferred",
      },
    },
  };
}
