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

type Told = Pick<Challenge, "details" | "hiddenDetails" | "metadata">;

/** As it stands in its row. Whose it is, its entity tells. */
type Row = Omit<Challenge, keyof Told | "identity"> & { sealedTold: string | null; endsAt: number };

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

export type ChallengeStore = ReturnType<typeof challengeStore>;

export interface ChallengeFilter {
  FactorSid?: string | undefined;
  Status?: Challenge["status"] | undefined;
}

export function challengeStore(
  sql: Sql,
  onChange: OnChange,
  { seal, open }: DayKeys,
  { within, lockedFactor, saveFactor }: Pick<EntityStore, "within"> & Pick<FactorStore, "lockedFactor" | "saveFactor">,
  clock: Clock,
) {
  const told = changesOf<Challenge>(challenges, onChange);

  function rowOf({ identity, details, hiddenDetails, metadata, ...challenge }: Challenge): Row {
    const isTold = details ?? hiddenDetails ?? metadata;
    const sealedTold = isTold && seal(JSON.stringify({ details, hiddenDetails, metadata }), challenge.createdAt);
    return { ...challenge, sealedTold: sealedTold || null, endsAt: challenge.respondedAt ?? challenge.expiresAt };
  }

  function of({ sealedTold, endsAt, ...row }: Row, identity: string): Challenge {
    const text = sealedTold === null ? undefined : open(sealedTold);
    const nothing: Told = { details: null, hiddenDetails: null, metadata: null };
    return { ...row, identity, ...nothing, ...(text !== undefined && (JSON.parse(text) as Told)) };
  }

  const found = (rows: unknown[][], { identity }: Entity) => rows.map((row) => of(challenges.of(row), identity))[0];

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
        const creations = yield* run(creating, [entity.serviceSid, factorSid]);
        const decided = decide(factor, creations.rows.map(Number), now);
        return yield* settled({ challenge: null, factor }, decided, by);
      }),

    update: <Code extends number>(
      whose: Which,
      sid: string,
      decide: (proof: Proof, now: number) => Outcome<Proof, Code>,
      by: Author,
    ) =>
      within<Outcome<Challenge, Code | 20404>>(whose, function* (entity) {
        const challenge = found((yield* run(one, [entity.serviceSid, entity.sid, sid])).rows, entity);
        const now = clock();
        const factor = challenge && (yield* lockedFactor(entity, challenge.factorSid, now));
        if (!factor) return refused(20404);
        return yield* settled({ challenge, factor }, decide({ challenge, factor }, now), by);
      }),

    fetch: async (entity: Entity, sid: string): Promise<Challenge | undefined> =>
      found(await sql.read(one, [entity.serviceSid, entity.sid, sid]), entity),

    /** @param now by which it is told which have expired */
    async list(
      { serviceSid, sid, identity }: Entity,
      { FactorSid, Status }: ChallengeFilter,
      order: "ASC" | "DESC",
      now: number,
      request: PageRequest,
    ): Promise<Page<Challenge>> {
      const values: unknown[] = [serviceSid, sid];
      const parts = ["service_sid = $1 AND entity_sid = $2"];
      if (FactorSid !== undefined) parts.push(`factor_sid = $${values.push(FactorSid)}`);
      if (Status !== undefined) parts.push(...statusParts(Status, values, now));
      const condition = { where: parts.join(" AND "), values };
      const { items, ...page } = await readPage(sql, challenges, condition, order, request);
      return { ...page, items: items.map((row) => of(row, identity)) };
    },
  };
}

const one = `SELECT ${challenges.fieldColumns} FROM challenges WHERE service_sid = $1 AND entity_sid = $2 AND sid = $3`;

const creating = `SELECT created_at FROM challenges WHERE service_sid = $1 AND factor_sid = $2
  ORDER BY created_at DESC LIMIT ${creationsRead}`;

/** What has expired is still written as pending. */
function statusParts(status: Challenge["status"], values: unknown[], now: number): string[] {
  if (status !== "pending" && status !== "expired") return [`status = $${values.push(status)}`];
  return ["status = 'pending'", `expires_at ${status === "pending" ? ">" : "<="} $${values.push(now)}`];
}

/** The challenges of a factor go with it. */
export const challengesOfDeleted = {
  *resource({ kind, table, before }: ResourceFact): Work<void> {
    if (table !== "factors" || kind !== "deleted") return;
    const { serviceSid, sid } = before as Factor;
    yield* run("DELETE FROM challenges WHERE service_sid = $1 AND factor_sid = $2", [serviceSid, sid]);
  },
};
