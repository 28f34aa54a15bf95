import { countedRequest } from "../accounts/store.ts";
import type { Entity } from "../entities/entity.ts";
import { type EntityStore, ofEntities, type Told } from "../entities/store.ts";
import type { Author } from "../kernel/handler.ts";
import type { PageRequest } from "../kernel/page.ts";
import { type Outcome, refused } from "../kernel/refusal.ts";
import { readPage } from "../sql/page.ts";
import { changesOf, type OnChange } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { type Factor, type FactorSettings, factorRules, newFactor } from "./factor.ts";
import { type TotpFactor, untried } from "./totp-factor.ts";

/** As it stands in its row. */
type Row = Omit<TotpFactor, "factorType" | "config" | "identity" | "friendlyName" | "metadata" | "credential"> &
  Pick<Factor, "factorType" | "config"> & { sealedParts: string; credentialHash: string | null };

/** What others are told of a factor: all but its credential. */
export type ToldFactor = Omit<Factor, "credential">;

export const factors = table<Row>({
  name: "factors",
  owner: "service",
  within: "entity",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", entitySid: "plain", factorType: "plain" },
    ...{ status: "plain", sealedParts: "plain", config: "json", triesAtEnrolment: "plain", lastStep: "plain" },
    ...{ enrolmentStep: "plain", wrongTries: "json", expiresAt: "plain", createdAt: "plain", updatedAt: "plain" },
    credentialHash: "plain",
  },
  audited: {
    as: "factor",
    shows: ({ serviceSid, entitySid, factorType, status, config, triesAtEnrolment }) => ({
      ...{ serviceSid, entitySid, factorType, status, config, triesAtEnrolment },
    }),
  },
  person: { as: "factors", rows: ofEntities("entity_sid") },
  erased: { column: "expires_at", below: ({ now }) => now },
});

export type FactorStore = ReturnType<typeof factorStore>;

/** What lets one factor be made, of one entity, whose row is locked. */
interface Permit {
  isGood(): Work<boolean>;
  useUp(): Work<unknown>;
}

/** By which a caller names one. */
type Which = Pick<Factor, "accountSid" | "serviceSid" | "identity" | "sid">;

/** Those of an entity that are there at a time. */
const alive = "service_sid = $1 AND entity_sid = $2 AND (expires_at IS NULL OR expires_at > $3)";
const select = `SELECT ${factors.fieldColumns} FROM factors WHERE ${alive}`;

/** Keys are those of no secret that is replaced, so that factors outlive it. */
export function factorStore(
  sql: Sql,
  entities: Pick<EntityStore, "within" | "lockedEntity" | "ensuredEntity" | "fetch">,
  onChange: OnChange,
  keys: DayKeys,
) {
  const { rowOf, of } = sealing(keys);
  const told = changesOf<ToldFactor>(factors, onChange);
  /** The table, with the factors of an entity as they are decided on. */
  const factorsOf = (entity: Entity) => ({ ...factors, of: (row: readonly unknown[]) => of(factors.of(row), entity) });

  /** A factor of an entity whose row is locked: whatever is decided on it waits for that. */
  function* lockedFactor(entity: Entity, sid: string, now: number): Work<Factor | undefined> {
    const { rows } = yield* run(`${select} AND sid = $4`, [entity.serviceSid, entity.sid, now, sid]);
    return rows.map(factorsOf(entity).of)[0];
  }

  /** Keeps what judging a code changed, which nobody is told of. */
  const saveFactor = (factor: Factor) => run(factors.update, factors.row(rowOf(factor)));

  /** Acts on a factor under its entity's lock; undefined where there is none. */
  const locked = <T>({ sid, ...which }: Which, now: number, act: (factor: Factor) => Work<T>) =>
    entities.within(which, function* (entity) {
      const factor = yield* lockedFactor(entity, sid, now);
      return factor && (yield* act(factor));
    });

  return {
    lockedFactor,
    saveFactor,
    /** Makes a factor, and its entity where there is none. @param permit that of a device, which it uses up */
    create: (entity: Entity, settings: FactorSettings, now: number, by: Author, permit?: Permit) =>
      sql.transact<Outcome<Factor, 20404 | 60313 | 60315 | 60317 | 60326>>(function* () {
        const owner = yield* entities.ensuredEntity(entity);
        if (owner === "no service") return refused(20404);
        const { rows } = yield* run(select, [owner.serviceSid, owner.sid, now]);
        const made = newFactor(owner, settings, rows.map(factorsOf(owner).of), now);
        if (!made.ok) return made;
        if (permit && !(yield* permit.isGood())) return refused(60313);
        const name = `factors ${owner.sid}`;
        const wait = yield* countedRequest({ accountSid: owner.accountSid, name }, factorRules.creations, now);
        if (wait > 0) return refused(60326, { retryAfterSeconds: wait });
        if (permit) yield* permit.useUp();
        yield* run(factors.insert, factors.row(rowOf(made.value)));
        yield* told(by, null, toldOf(made.value));
        return made;
      }),
    /** That of a sid, or of its credential's name, whosever it is; in any service of the account, where none is said. */
    async find(
      {
        accountSid,
        serviceSid,
        ...by
      }: { accountSid: string; serviceSid: string | undefined } & ({ sid: string } | { credential: string }),
      now: number,
    ): Promise<Factor | undefined> {
      const [column, value] = "sid" in by ? ["sid", by.sid] : ["credential_hash", keys.hash(by.credential)];
      const [services, own] =
        serviceSid === undefined ? ["SELECT sid FROM services WHERE account_sid = $1", []] : ["$4", [serviceSid]];
      const found = `SELECT ${factors.fieldColumns} FROM factors WHERE service_sid IN (${services})
        AND ${column} = $2 AND account_sid = $1 AND (expires_at IS NULL OR expires_at > $3)`;
      const [row] = (await sql.read(found, [accountSid, value, now, ...own])).map(factors.of);
      const entity = row && (await entities.fetch({ accountSid, serviceSid: row.serviceSid, sid: row.entitySid }));
      return entity && of(row, entity);
    },
    /** All of an entity, the newest first. */
    ofEntity: async (entity: Entity, now: number): Promise<Factor[]> =>
      (await sql.read(`${select} ORDER BY created_at DESC, sid DESC`, [entity.serviceSid, entity.sid, now])).map(
        factorsOf(entity).of,
      ),
    /** Gives a factor its credential, unless another of the service has that already. What is refused changes nothing. */
    enrol: <Code extends number>(
      { accountSid, serviceSid, entitySid, sid }: Factor,
      enrolled: (factor: Factor) => Outcome<Factor, Code>,
      now: number,
      by: Author,
    ) =>
      sql.transact<Outcome<Factor, Code | 60317> | undefined>(function* () {
        // Before the entity, as whoever deletes the service does: two that enrol one credential wait for each other.
        yield* run("SELECT 1 FROM services WHERE sid = $1 AND account_sid = $2 FOR UPDATE", [serviceSid, accountSid]);
        const entity = yield* entities.lockedEntity({ accountSid, serviceSid, sid: entitySid });
        const before = entity && (yield* lockedFactor(entity, sid, now));
        if (!before) return undefined;
        const after = enrolled(before);
        if (!after.ok) return after;
        const row = rowOf(after.value);
        const same = "SELECT 1 FROM factors WHERE service_sid = $1 AND credential_hash = $2 AND sid <> $3";
        if ((yield* run(same, [serviceSid, row.credentialHash, sid])).count > 0) return refused(60317);
        yield* run(factors.update, factors.row(row));
        yield* told(by, toldOf(before), toldOf(after.value));
        return after;
      }),
    async fetch({ sid, ...which }: Which, now: number): Promise<Factor | undefined> {
      const entity = await entities.fetch(which);
      if (!entity) return undefined;
      const rows = await sql.read(`${select} AND sid = $4`, [entity.serviceSid, entity.sid, now, sid]);
      return rows.map(factorsOf(entity).of)[0];
    },
    /** Newest first. */
    list: (entity: Entity, page: PageRequest, now: number) =>
      readPage(sql, factorsOf(entity), { where: alive, values: [entity.serviceSid, entity.sid, now] }, "DESC", page),
    /** What is refused changes nothing. */
    update: <Code extends number>(
      which: Which,
      change: (factor: Factor) => Outcome<Factor, Code>,
      now: number,
      by: Author,
    ) =>
      locked(which, now, function* (before) {
        const after = change(before);
        if (!after.ok) return after;
        yield* saveFactor(after.value);
        yield* told(by, toldOf(before), toldOf(after.value));
        return after;
      }),
    delete: (which: Which, now: number, by: Author) =>
      locked(which, now, function* (factor) {
        yield* run("DELETE FROM factors WHERE service_sid = $1 AND sid = $2", [factor.serviceSid, factor.sid]);
        yield* told(by, toldOf(factor), null);
        return true;
      }),
  };
}

/** Those that are told of when their entity is deleted. */
export function toldFactors(keys: DayKeys, clock: () => number): Told {
  const { of } = sealing(keys);
  return {
    table: factors.name,
    *all(entity) {
      const { rows } = yield* run(select, [entity.serviceSid, entity.sid, clock()]);
      return rows.map((row) => toldOf(of(factors.of(row), entity)));
    },
  };
}

function sealing({ sealKept, open, hash }: Pick<DayKeys, "sealKept" | "open" | "hash">) {
  return {
    rowOf({ identity: _, friendlyName, metadata, credential, ...factor }: Factor): Row {
      const name = credentialName({ ...factor, credential } as Factor);
      const credentialHash = name === undefined ? null : hash(name);
      const sealedParts = sealKept(JSON.stringify([credential, friendlyName, metadata]));
      return { ...untried, ...factor, sealedParts, credentialHash };
    },
    of({ sealedParts, credentialHash: _, ...row }: Row, { identity }: Entity): Factor {
      const [credential, friendlyName, metadata] = JSON.parse(open(sealedParts) ?? '[null,"",null]');
      return { ...row, identity, friendlyName, metadata, credential } as Factor;
    },
  };
}

/** By which whoever proves himself says with what. */
function credentialName(factor: Factor): string | undefined {
  if (factor.factorType === "push") return factor.config.credentialSid;
  return factor.factorType === "passkeys" ? factor.credential?.id : undefined;
}

function toldOf({ credential: _, ...factor }: Factor): ToldFactor {
  return factor;
}
