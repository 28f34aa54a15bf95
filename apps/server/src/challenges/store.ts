import type { Entity, Which } from "../entities/entity.ts";
import { type EntityStore, ofEntities } from "../entities/store.ts";
import type { Factor } from "../factors/factor.ts";
import type { FactorStore } from "../factors/store.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Author } from "../kernel/handler.ts";
import type { Page, PageRequest } from "../kernel/page.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { readPage } from "../sql/page.ts";
import { changesOf, type OnChange, type ResourceFact } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { type Challenge, creationsRead, type Proof } from "./challenge.ts";

/** As it stands in its row. Whose it is, its entity tells. */
type Row = Omit<Challenge, "identity" | "details" | "hiddenDetails" | "metadata" | "asked"> & {
  sealedTold: string;
  endsAt: number;
};

export const challenges = table<Row>({
  name: "challenges",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", entitySid: "plain", factorSid: "plain" },
    ...{ factorType: "plain", status: "plain", tries: "plain", expiresAt: "plain", respondedAt: "plain" },
    ...{ endsAt: "plain", sealedTold: "plain", createdAt: "plain", updatedAt: "plain" },
  },
  within: "entity",
  audited: { never: "what becomes of a challenge stands in the challenge" },
  person: { as: "challenges", rows: ofEntities("entity_sid") },
  erased: { column: "ends_at" },
});

type Whosever = Pick<Challenge, "accountSid" | "serviceSid" | "sid">;

const dayMs = 86_400_000;

export type ChallengeStore = ReturnType<typeof challengeStore>;

export function challengeStore(
  sql: Sql,
  onChange: OnChange,
  { seal, open }: DayKeys,
  { within, lockedFactor, saveFactor }: Pick<EntityStore, "within"> & Pick<FactorStore, "lockedFactor" | "saveFactor">,
  entities: Pick<EntityStore, "fetch">,
  clock: Clock,
) {
  const told = changesOf<Challenge>(challenges, onChange);

  const rowOf = ({ identity: _, details, hiddenDetails, metadata, asked, ...challenge }: Challenge): Row => ({
    ...challenge,
    // What was asked of nobody in particular, and nobody answered, is found by nobody: a day is long enough for it.
    endsAt: challenge.respondedAt ?? challenge.expiresAt - (challenge.entitySid === "" ? 29 * dayMs : 0),
    sealedTold: seal(JSON.stringify([details, hiddenDetails, metadata, asked]), challenge.createdAt),
  });
  const of =
    ({ identity }: Pick<Entity, "identity">) =>
    (columns: readonly unknown[]): Challenge => {
      const { sealedTold, endsAt: _, ...row } = challenges.of(columns);
      const [details, hiddenDetails, metadata, asked] = JSON.parse(open(sealedTold) ?? "[null,null,null,null]");
      return { ...row, identity, details, hiddenDetails, metadata, ...(asked && { asked }) };
    };

  /** A challenge of an entity whose row is locked. */
  function* lockedChallenge(entity: Entity, sid: string): Work<Challenge | undefined> {
    return (yield* run(one, [entity.serviceSid, entity.sid, sid])).rows.map(of(entity))[0];
  }

  /** Both are written, and what follows from them, or neither is. */
  function* settled<Code extends number>(
    before: { challenge: Challenge | null; factor: Factor },
    decided: Outcome<Proof, Code>,
    by: Author,
  ): Work<Outcome<Challenge, Code>> {
    if (!decided.ok) return decided;
    const { challenge, factor } = decided.value;
    if (factor !== before.factor) yield* saveFactor(factor);
    yield* run(before.challenge ? challenges.update : challenges.insert, challenges.row(rowOf(challenge)));
    yield* told(by, before.challenge, challenge);
    return accepted(challenge);
  }

  return {
    lockedChallenge,
    /** Decides under the lock of the entity, so that no two codes of one factor are judged at once. */
    create: <Code extends number>(
      whose: Which,
      factorSid: string,
      decide: (factor: Factor, creations: readonly number[], now: number) => Outcome<Proof, Code>,
      by: Author,
    ) =>
      within<Outcome<Challenge, Code | 20404>>(whose, function* (entity) {
        const now = clock();
        const factor = yield* lockedFactor(entity, factorSid, now);
        if (!factor) return refused(20404, { details: { parameter: "FactorSid" } });
        const creations = yield* run(creating, [entity.serviceSid, factorSid, now + creationsRead.aheadMs]);
        const decided = decide(factor, creations.rows.map(Number), now);
        return yield* settled({ challenge: null, factor }, decided, by);
      }),

    update: <Code extends number>(
      whose: Which,
      sid: string,
      decide: (proof: Proof, now: number) => Outcome<Proof, Code>,
      by: Author,
    ) =>
      within<Outcome<Challenge, Code | 20404 | 60306>>(whose, function* (entity) {
        const challenge = yield* lockedChallenge(entity, sid);
        if (challenge?.asked) return refused(60306, { parameter: "AuthPayload", details: { factor: "other_type" } });
        const now = clock();
        const factor = challenge && (yield* lockedFactor(entity, challenge.factorSid, now));
        if (!factor) return refused(20404);
        return yield* settled({ challenge, factor }, decide({ challenge, factor }, now), by);
      }),

    /** Asks for a passkey, of an entity or of whoever it will turn out to be; false where that is gone. */
    ask: (challenge: Challenge, by: Author) =>
      sql.transact(function* () {
        const { serviceSid, entitySid } = challenge;
        const owner = entitySid
          ? run("SELECT 1 FROM entities WHERE service_sid = $1 AND sid = $2 FOR KEY SHARE", [serviceSid, entitySid])
          : run("SELECT 1 FROM services WHERE sid = $1 FOR KEY SHARE", [serviceSid]);
        if ((yield* owner).count === 0) return false;
        yield* run(challenges.insert, challenges.row(rowOf(challenge)));
        yield* told(by, null, challenge);
        return true;
      }),

    /** That of a sid, whosever it is. */
    async find({ accountSid, serviceSid, sid }: Whosever): Promise<Challenge | undefined> {
      const [columns] = await sql.read(`${any} AND account_sid = $3`, [serviceSid, sid, accountSid]);
      const { entitySid } = columns ? challenges.of(columns) : { entitySid: "" };
      const entity = entitySid ? await entities.fetch({ accountSid, serviceSid, sid: entitySid }) : undefined;
      return columns && of({ identity: entity?.identity ?? "" })(columns);
    },

    /** Decides on a challenge and the passkey that answers it, whose holder is known by now, under both locks. */
    answer: <Code extends number>(
      { accountSid, serviceSid, sid }: Whosever,
      { sid: factorSid, entitySid }: Factor,
      decide: (proof: Proof, now: number) => Outcome<Proof, Code>,
      by: Author,
    ) =>
      within<Outcome<Challenge, Code> | undefined>({ accountSid, serviceSid, sid: entitySid }, function* (entity) {
        // Somebody else's passkey may answer it at the same time, under the lock of another entity.
        const [challenge] = (yield* run(`${any} FOR UPDATE`, [serviceSid, sid])).rows.map(of(entity));
        const now = clock();
        const factor = challenge && (yield* lockedFactor(entity, factorSid, now));
        return factor && (yield* settled({ challenge, factor }, decide({ challenge, factor }, now), by));
      }),

    fetch: async (entity: Entity, sid: string): Promise<Challenge | undefined> =>
      (await sql.read(one, [entity.serviceSid, entity.sid, sid])).map(of(entity))[0],

    /** @param now by which it is told which have expired */
    list(
      entity: Entity,
      { FactorSid, Status }: { FactorSid?: string; Status?: Challenge["status"] },
      order: "ASC" | "DESC",
      now: number,
      request: PageRequest,
    ): Promise<Page<Challenge>> {
      const values = [entity.serviceSid, entity.sid, FactorSid, Status, now];
      return readPage(sql, { ...challenges, of: of(entity) }, { where: fitting, values }, order, request);
    },
  };
}

const any = `SELECT ${challenges.fieldColumns} FROM challenges WHERE service_sid = $1 AND sid = $2`;

const one = `SELECT ${challenges.fieldColumns} FROM challenges WHERE service_sid = $1 AND entity_sid = $2 AND sid = $3`;

const creating = `SELECT created_at FROM challenges WHERE service_sid = $1 AND factor_sid = $2 AND created_at < $3
  ORDER BY created_at DESC LIMIT ${creationsRead.max}`;

/** What has expired is still written as pending. */
const fitting = `service_sid = $1 AND entity_sid = $2 AND (factor_sid = $3 OR $3 IS NULL)
  AND (CASE WHEN status = 'pending' AND expires_at <= $5 THEN 'expired' ELSE status END = $4 OR $4 IS NULL)`;

/** The challenges of a factor go with it. */
export const challengesOfDeleted = {
  *resource({ kind, table, before }: ResourceFact): Work<void> {
    if (table !== "factors" || kind !== "deleted") return;
    const { serviceSid, sid } = before as Factor;
    yield* run("DELETE FROM challenges WHERE service_sid = $1 AND factor_sid = $2", [serviceSid, sid]);
  },
};
