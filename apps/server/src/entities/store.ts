import type { Author } from "../kernel/handler.ts";
import type { Page, PageRequest } from "../kernel/page.ts";
import { changesOf, type OnChange, resourceStore } from "../sql/resources.ts";
import { type Keeping, type Person, type Rows, table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import type { Entity, Which } from "./entity.ts";

/** As it stands in its row. */
type Row = Omit<Entity, "identity"> & { identityHash: string; sealedIdentity: string };

export const entities = table<Row>({
  name: "entities",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", identityHash: "plain", sealedIdentity: "plain" },
    ...{ createdAt: "plain", updatedAt: "plain" },
  },
  audited: { as: "entity", shows: ({ serviceSid }) => ({ serviceSid }) },
  person: { as: "entities", rows: ofEntities("sid") },
  erased: { never: "an entity is there until somebody deletes it" },
});

/** Finds the rows of a person by his entities, which a column names. */
export function ofEntities(column: "sid" | "entity_sid") {
  return ({ entities }: Pick<Person, "entities">) =>
    entities.map((values): Rows => ({ where: `service_sid = $1 AND ${column} = $2`, values }));
}

/** By which what is of one names it. */
type BySid = Pick<Entity, "accountSid" | "serviceSid" | "sid">;

export type EntityStore = ReturnType<typeof entityStore>;

/** A kind of thing whose end is told of when its entity is deleted. */
export interface Told {
  /** The name of its table. */
  table: string;
  /** All that there are of the entity, which is locked. */
  all: (entity: Entity) => Work<readonly { sid: string }[]>;
}

/**
 * Hashes are those of no secret that is replaced, so that entities outlive their secret.
 * @param tables all that there are: those within an entity lose its rows with it
 */
export function entityStore(
  sql: Sql,
  tables: readonly Keeping[],
  onChange: OnChange,
  { hash, sealKept, open }: DayKeys,
  tellsOf: readonly Told[] = [],
) {
  const rows = resourceStore(sql, entities, onChange, { unique: "identityHash", isNewestFirst: true });
  const rowOf = ({ identity, ...entity }: Entity): Row => {
    return { ...entity, identityHash: hash(identity), sealedIdentity: sealKept(identity) };
  };
  const of = ({ identityHash: _, sealedIdentity, ...entity }: Row): Entity => {
    return { ...entity, identity: open(sealedIdentity) ?? "" };
  };

  /** The entity, its row locked until the transaction ends: whatever is made or decided within it waits for that. */
  function* lockedEntity({ accountSid, serviceSid, ...which }: Which | BySid): Work<Entity | undefined> {
    const [column, value] = "identity" in which ? ["identity_hash", hash(which.identity)] : ["sid", which.sid];
    const { rows } = yield* run(
      `SELECT ${entities.fieldColumns} FROM entities
       WHERE service_sid = $1 AND ${column} = $2 AND account_sid = $3 FOR UPDATE`,
      [serviceSid, value, accountSid],
    );
    return rows.map(entities.of).map(of)[0];
  }

  /** Acts on an entity whose row is locked; undefined where there is none. */
  const within = <T>(which: Which | BySid, act: (entity: Entity) => Work<T>): Promise<T | undefined> =>
    sql.transact(function* () {
      const entity = yield* lockedEntity(which);
      return entity && (yield* act(entity));
    });

  return {
    within,
    lockedEntity,
    /** The locked entity of that identity, made by this where there is none. What makes it is told of, not this. */
    *ensuredEntity(entity: Entity): Work<Entity | "no service"> {
      const known = yield* lockedEntity(entity);
      if (known) return known;
      const { accountSid, serviceSid } = entity;
      const service = "SELECT 1 FROM services WHERE sid = $1 AND account_sid = $2 FOR UPDATE";
      if ((yield* run(service, [serviceSid, accountSid])).count === 0) return "no service";
      // Somebody else may have made it until the service was free.
      const made = yield* lockedEntity(entity);
      if (!made) yield* run(entities.insert, entities.row(rowOf(entity)));
      return made ?? entity;
    },
    create: (entity: Entity, by: Author) => rows.create(rowOf(entity), by),
    async fetch({ accountSid, serviceSid, ...which }: Which | BySid): Promise<Entity | undefined> {
      const named = "identity" in which ? { identityHash: hash(which.identity) } : which;
      const row = await rows.fetch({ serviceSid, ...named, accountSid });
      return row && of(row);
    },
    /** Newest first. */
    async list(accountSid: string, serviceSid: string, request: PageRequest): Promise<Page<Entity>> {
      const { items, ...page } = await rows.list({ serviceSid, accountSid }, request);
      return { ...page, items: items.map(of) };
    },
    /** With everything that is of it. */
    delete: (which: Which, by: Author) =>
      within(which, function* (entity) {
        const { accountSid, serviceSid } = entity;
        for (const { table, all } of tellsOf) {
          for (const part of yield* all(entity)) {
            const { sid } = part;
            yield* onChange({ kind: "deleted", table, accountSid, sid, by, before: part, after: null, isPart: true });
          }
        }
        const values = [serviceSid, entity.sid];
        for (const { name, within } of tables) {
          if (within) yield* run(`DELETE FROM ${name} WHERE service_sid = $1 AND entity_sid = $2`, values);
        }
        yield* run("DELETE FROM entities WHERE service_sid = $1 AND sid = $2", values);
        yield* changesOf(entities, onChange)(by, rowOf(entity), null);
        return true;
      }),
  };
}
