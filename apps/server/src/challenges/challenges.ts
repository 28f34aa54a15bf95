import type { Challenge as ChallengeBody } from "@countersign/types";
import type { EntityStore } from "../entities/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
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
        which(accountSid, path),
        body.FactorSid,
        (factor, creations, now) => challengeOf(factor, request, creations, now),
        by,
      );
      return answer(outcome, base);
    },

    async listChallenges({ accountSid, path, query: { pageToken, ...given }, url, base }) {
      const entity = await entities.fetch(which(accountSid, path));
      if (!entity) return refused(20404);
      const query = { ...(pageToken !== undefined && { PageToken: pageToken }), ...given };
      const order = query.Order === "desc" ? "DESC" : "ASC";
      const now = clock();
      const read = (page: PageRequest) => challenges.list(entity, query, order, now, page);
      return listed("challenges", { query, url }, read, (each) => challengeBody(each, base, now));
    },

    async fetchChallenge({ accountSid, path, base }) {
      const entity = await entities.fetch(which(accountSid, path));
      const challenge = entity && (await challenges.fetch(entity, path.Sid));
      return challenge ? accepted(challengeBody(challenge, base, clock())) : refused(20404);
    },

    async updateChallenge({ by, accountSid, path, body, base }) {
      if (isTooLong(body.Metadata)) return invalid("Metadata");
      const given = { code: body.AuthPayload, metadata: body.Metadata };
      const outcome = await challenges.update(
        which(accountSid, path),
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

function which(accountSid: string, { ServiceSid, Identity }: { ServiceSid: string; Identity: string }) {
  return { accountSid, serviceSid: ServiceSid, identity: Identity };
}

function challengeBody(challenge: Challenge, base: string, now: number): ChallengeBody {
  const { serviceSid, identity, sid, respondedAt } = challenge;
  return {
    sid,
    account_sid: challenge.accountSid,
    service_sid: serviceSid,
    entity_sid: challenge.entitySid,
    identity,
    factor_sid: challenge.factorSid,
    date_created: isoTime(challenge.createdAt),
    date_updated: isoTime(challenge.updatedAt),
    date_responded: respondedAt === null ? null : isoTime(respondedAt),
    expiration_date: isoTime(challenge.expiresAt),
    status: statusOf(challenge, now),
    responded_reason: "none",
    details: challenge.details,
    hidden_details: challenge.hiddenDetails,
    metadata: challenge.metadata,
    factor_type: challenge.factorType,
    url: `${base}/v2/Services/${serviceSid}/Entities/${identity}/Challenges/${sid}`,
    links: {},
  };
}
