import type { Challenge as ChallengeBody } from "@countersign/types";
import { whichEntity } from "../entities/entity.ts";
import type { EntityStore } from "../entities/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { onWire } from "../kernel/wire.ts";
import {
  type Challenge,
  type ChallengeDetails,
  type ChallengeRequest,
  challengeOf,
  isLifetime,
  statusOf,
  update,
} from "./challenge.ts";
import type { ChallengeStore } from "./store.ts";

type Ids = "createChallenge" | "listChallenges" | "fetchChallenge" | "updateChallenge";

interface Parts {
  entities: Pick<EntityStore, "fetch">;
  challenges: ChallengeStore;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Challenges. */
export function challengeHandlers({ entities, challenges, clock, newSid }: Parts): Pick<Handlers, Ids> {
  const answer = <Code extends number>(outcome: Outcome<Challenge, Code>, base: string) =>
    outcome.ok ? accepted(challengeBody(outcome.value, base, clock())) : outcome;
  return {
    async createChallenge({ by, accountSid, path, body, base }) {
      const expiresAt = body.ExpirationDate === undefined ? undefined : Date.parse(body.ExpirationDate);
      if (expiresAt !== undefined && !isLifetime(expiresAt, clock())) return invalid("ExpirationDate");
      if (isTooLong(body.HiddenDetails)) return invalid("HiddenDetails");
      const request: ChallengeRequest = {
        sid: newSid("YC"),
        details: detailsOf(body),
        hiddenDetails: body.HiddenDetails ?? null,
        expiresAt,
        code: body.AuthPayload,
      };
      const outcome = await challenges.create(
        whichEntity(accountSid, path),
        body.FactorSid,
        (factor, creations, now) => challengeOf(factor, request, creations, now),
        by,
      );
      return answer(outcome, base);
    },

    async listChallenges({ accountSid, path, query: { pageToken, ...given }, url, base }) {
      const entity = await entities.fetch(whichEntity(accountSid, path));
      if (!entity) return refused(20404);
      const query = { ...(pageToken !== undefined && { PageToken: pageToken }), ...given };
      const order = query.Order === "desc" ? "DESC" : "ASC";
      const now = clock();
      const read = (page: PageRequest) => challenges.list(entity, query, order, now, page);
      return listed("challenges", { query, url }, read, (each) => challengeBody(each, base, now));
    },

    async fetchChallenge({ accountSid, path, base }) {
      const entity = await entities.fetch(whichEntity(accountSid, path));
      const challenge = entity && (await challenges.fetch(entity, path.Sid));
      return challenge ? accepted(challengeBody(challenge, base, clock())) : refused(20404);
    },

    async updateChallenge({ by, accountSid, path, body, base }) {
      if (isTooLong(body.Metadata)) return invalid("Metadata");
      const given = { code: body.AuthPayload, metadata: body.Metadata };
      const outcome = await challenges.update(
        whichEntity(accountSid, path),
        path.Sid,
        (proof, now) => update(proof, given, now),
        by,
      );
      return answer(outcome, base);
    },
  };
}

const invalid = (parameter: string) => refused(60306, { parameter });

/** What is kept with a challenge is bounded as one text. */
const lengthMax = 1024;

function isTooLong(object: object | undefined): boolean {
  return object !== undefined && [...JSON.stringify(object)].length > lengthMax;
}

function detailsOf(body: {
  "Details.Message"?: string;
  "Details.Fields"?: { label: string; value: string }[];
}): ChallengeDetails | null {
  const { "Details.Message": message, "Details.Fields": fields } = body;
  if (message === undefined && fields === undefined) return null;
  return { ...(message !== undefined && { message }), ...(fields !== undefined && { fields }) };
}

function challengeBody(challenge: Challenge, base: string, now: number): ChallengeBody {
  const { serviceSid, identity, sid } = challenge;
  return {
    ...onWire(challenge, "sid", "accountSid", "serviceSid", "entitySid", "identity", "factorSid"),
    ...onWire(challenge, "createdAt", "updatedAt", "respondedAt"),
    ...{ expiration_date: isoTime(challenge.expiresAt), status: statusOf(challenge, now), responded_reason: "none" },
    ...onWire(challenge, "details", "hiddenDetails", "metadata", "factorType"),
    url: `${base}/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${sid}`,
    links: {},
  };
}
