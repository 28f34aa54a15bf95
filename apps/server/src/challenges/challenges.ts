import type { Challenge as ChallengeBody, CreateChallengeRequest } from "@countersign/types";
import { addressOf, whichEntity } from "../entities/entity.ts";
import type { EntityStore } from "../entities/store.ts";
import { mayReach, notOwn } from "../factors/device.ts";
import type { Factor } from "../factors/factor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { onWire } from "../kernel/wire.ts";
import type { ServiceStore } from "../services/store.ts";
import { type Challenge, challengeOf, isLifetime, type Proof, shownOf, statusOf, update } from "./challenge.ts";
import type { ChallengeStore } from "./store.ts";

type Ids = "createChallenge" | "listChallenges" | "fetchChallenge" | "updateChallenge";

interface Parts {
  services: Pick<ServiceStore, "fetch">;
  entities: Pick<EntityStore, "fetch">;
  challenges: ChallengeStore;
  /** Has phones be told of what was queued. */
  sendPushes: () => Promise<void>;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Challenges. */
export function challengeHandlers(parts: Parts): Pick<Handlers, Ids> {
  const { services, entities, challenges, sendPushes, clock, newSid } = parts;
  const answer = <Code extends number>(outcome: Outcome<Challenge, Code> | undefined, base: string) =>
    outcome?.ok ? accepted(challengeBody(outcome.value, base, clock())) : (outcome ?? refused(20404));
  return {
    async createChallenge({ by, accountSid, path, body, base }) {
      const expiresAt = body.ExpirationDate === undefined ? undefined : Date.parse(body.ExpirationDate);
      if (expiresAt !== undefined && !isLifetime(expiresAt, clock())) return invalid("ExpirationDate");
      if (isTooLong(body.HiddenDetails)) return invalid("HiddenDetails");
      const told = { details: detailsOf(body), hiddenDetails: body.HiddenDetails ?? null };
      // Only what a phone shows is dated, and that has a message: most challenges are of apps, and have none.
      const isShown = told.details?.message !== undefined;
      const service = isShown ? await services.fetch(accountSid, path.ServiceSid) : undefined;
      const isDated = service?.settings.push.includeDate ?? false;
      const request = { sid: newSid("YC"), ...told, expiresAt, isDated, payload: body.AuthPayload };
      const decide = (factor: Factor, creations: readonly number[], now: number) =>
        challengeOf(factor, request, creations, now);
      const created = await challenges.create(whichEntity(accountSid, path), body.FactorSid, decide, by);
      if (created?.ok && created.value.factorType === "push") await sendPushes();
      return answer(created, base);
    },

    async listChallenges({ principal, accountSid, path, query: { pageToken, ...asked }, url, base }) {
      if (!mayReach(principal, path.Identity, asked.FactorSid)) return notOwn;
      // A device is shown none of another factor.
      const given = principal.kind === "device" ? { ...asked, FactorSid: principal.actor } : asked;
      const entity = await entities.fetch(whichEntity(accountSid, path));
      if (!entity) return refused(20404);
      const query = { ...(pageToken !== undefined && { PageToken: pageToken }), ...given };
      const order = query.Order === "desc" ? "DESC" : "ASC";
      const now = clock();
      const read = (page: PageRequest) => challenges.list(entity, query, order, now, page);
      return listed("challenges", { query, url }, read, (each) => challengeBody(each, base, now));
    },

    async fetchChallenge({ principal, accountSid, path, base }) {
      if (!mayReach(principal, path.Identity)) return notOwn;
      const entity = await entities.fetch(whichEntity(accountSid, path));
      const challenge = entity && (await challenges.fetch(entity, path.Sid));
      if (!challenge) return refused(20404);
      if (!mayReach(principal, path.Identity, challenge.factorSid)) return notOwn;
      const body = challengeBody(challenge, base, clock());
      const isAsked = body.factor_type === "push" && body.status === "pending";
      return accepted(body, isAsked ? { headers: { [signedHeader]: Object.keys(shownOf(challenge)).join(",") } } : {});
    },

    async updateChallenge({ principal, by, accountSid, path, body, base }) {
      if (!mayReach(principal, path.Identity)) return notOwn;
      if (isTooLong(body.Metadata)) return invalid("Metadata");
      // What a device says beside its answer is to be as sure as that: a copied token alone writes nothing.
      if (principal.kind === "device" && body.AuthPayload === undefined) return invalid("AuthPayload");
      const given = { payload: body.AuthPayload, ...(body.Metadata && { metadata: body.Metadata }) };
      const decide = (proof: Proof, now: number): Outcome<Proof, 20403 | 60306 | 60308 | 60322 | 60323 | 60324> =>
        mayReach(principal, path.Identity, proof.factor.sid) ? update(proof, given, now) : notOwn;
      return answer(await challenges.update(whichEntity(accountSid, path), path.Sid, decide, by), base);
    },
  };
}

/** Spelled with these capitals, by which some devices look for it. */
const signedHeader = "Twilio-Verify-Signature-Fields";

const invalid = (parameter: string) => refused(60306, { parameter });

/** What is kept with a challenge is bounded as one text. */
const lengthMax = 1024;

function isTooLong(object: object | undefined): boolean {
  return object !== undefined && [...JSON.stringify(object)].length > lengthMax;
}

function detailsOf({ "Details.Message": message, "Details.Fields": fields }: CreateChallengeRequest) {
  if (message === undefined && fields === undefined) return null;
  return { ...(message !== undefined && { message }), ...(fields !== undefined && { fields }) };
}

function challengeBody(challenge: Challenge, base: string, now: number): ChallengeBody {
  const url = `${addressOf(challenge, base)}/Challenges/${challenge.sid}`;
  return {
    ...shownOf(challenge),
    ...onWire(challenge, "metadata", "updatedAt", "respondedAt"),
    status: statusOf(challenge, now),
    responded_reason: "none",
    url,
    links: challenge.factorType === "push" ? { notifications: `${url}/Notifications` } : {},
    // A browser is told how long it may wait, and who will answer it is not known before.
    ...(challenge.asked && { expiration_date: null, links: null, factor_sid: challenge.factorSid || null }),
  };
}
