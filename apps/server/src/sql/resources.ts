import type { Page, PageRequest } from "../kernel/page.ts";
import { readPage } from "./page.ts";
import { columnOf, type Table } from "./table.ts";
import { run, type Sql, type Work } from "./text.ts";

/**
 * What most resources need of a database. A resource declares its table, and says under whose lock it is made:
 *
 *     export const rateLimits = table<RateLimit>({ name: "rate_limits", owner: "service", key: [...], fields: {...}, ... });
 *     export const rateLimitStore = (sql: Sql) =>
 *       resourceStore(sql, rateLimits, {
 *         parent: { table: "services", where: "sid = $1 AND account_sid = $2", values: (r) => [r.serviceSid, r.accountSid] },
 *         max: 50, unique: "uniqueName", within: "serviceSid",
 *       });
 *
 * and stands with its table in the list of `store/tables.ts` and its migration in `store/migrations`.
 */
export interface ResourceStore<T extends Resource> {
  /** Under the parent's lock, so that no two that come together are both the last. */
  create(resource: T): Promise<"created" | "no parent" | "too many" | "exists">;
  /** @param owner what it has in common with its siblings, as `{ accountSid, serviceSid }` */
  fetch(owner: Partial<T>, sid: string): Promise<T | undefined>;
  /** Oldest first. */
  list(owner: Partial<T>, page: PageRequest): Promise<Page<T>>;
  /** Changes it under its parent's lock. `change` may be called again, so it has no effect of its own. */
  update(owner: Partial<T>, sid: string, change: (resource: T) => T): Promise<T | "exists" | undefined>;
  /** With everything that is of it. False when there was none. */
  delete(owner: Partial<T>, sid: string): Promise<boolean>;
}

export interface Resource {
  sid: string;
  createdAt: number;
}

export interface ResourceRules<T> {
  /** The row that is locked while one is made or changed, and must be there. */
  parent: { table: string; where: string; values: (resource: T) => unknown[] };
  /** How many there may be within one parent. */
  max: number;
  /** The field that no two within a parent have alike. */
  unique: keyof T & string;
  /** The field that names the parent. */
  within: keyof T & string;
  /** Deletes what is of it, within the transaction. */
  cascade?: (resource: T) => Work<void>;
}

export function resourceStore<T extends Resource>(
  sql: Sql,
  table: Table<T>,
  { parent, max, unique, within, cascade }: ResourceRules<T>,
): ResourceStore<T> {
  const { name, fieldColumns, insert, row, of } = table;

  function* find(owner: Partial<T>, sid: string, lock = ""): Work<T | undefined> {
    const { where, values } = conditionOf({ ...owner, sid });
    const { rows } = yield* run(`SELECT ${fieldColumns} FROM ${name} WHERE ${where}${lock}`, values);
    return rows.map(of)[0];
  }

  function* lockParent(resource: T): Work<boolean> {
    const { count } = yield* run(
      `SELECT 1 FROM ${parent.table} WHERE ${parent.where} FOR UPDATE`,
      parent.values(resource),
    );
    return count > 0;
  }

  function* isTaken(resource: T): Work<boolean> {
    const { count } = yield* run(
      `SELECT 1 FROM ${name} WHERE ${columnOf(within)} = $1 AND ${columnOf(unique)} = $2 AND sid <> $3`,
      [resource[within], resource[unique], resource.sid],
    );
    return count > 0;
  }

  return {
    create: (resource) =>
      sql.transact(function* () {
        if (!(yield* lockParent(resource))) return "no parent";
        if (yield* isTaken(resource)) return "exists";
        const { rows } = yield* run(`SELECT count(*) FROM ${name} WHERE ${columnOf(within)} = $1`, [resource[within]]);
        if (Number(rows[0]?.[0]) >= max) return "too many";
        yield* run(insert, row(resource));
        return "created";
      }),
    async fetch(owner, sid) {
      const { where, values } = conditionOf({ ...owner, sid });
      const rows = await sql.read(`SELECT ${fieldColumns} FROM ${name} WHERE ${where}`, values);
      return rows.map(of)[0];
    },
    list: (owner, page) => readPage(sql, table, conditionOf(owner), "ASC", page),
    update: (owner, sid, change) =>
      sql.transact(function* () {
        const before = yield* find(owner, sid);
        if (!before || !(yield* lockParent(before))) return undefined;
        // It may have been changed until the lock was had.
        const current = yield* find(owner, sid, " FOR UPDATE");
        if (!current) return undefined;
        const changed = change(current);
        if (yield* isTaken(changed)) return "exists";
        const columns = Object.keys(table.record(changed));
        const { where, values } = conditionOf({ ...owner, sid });
        const set = columns.map((column, index) => `${column} = $${values.length + index + 1}`).join(", ");
        yield* run(`UPDATE ${name} SET ${set} WHERE ${where}`, [...values, ...row(changed)]);
        return changed;
      }),
    delete: (owner, sid) =>
      sql.transact(function* () {
        const resource = yield* find(owner, sid, " FOR UPDATE");
        if (!resource) return false;
        if (cascade) yield* cascade(resource);
        const { where, values } = conditionOf({ ...owner, sid });
        yield* run(`DELETE FROM ${name} WHERE ${where}`, values);
        return true;
      }),
  };
}

/** That all of the given fields are so. */
function conditionOf(fields: object) {
  const entries = Object.entries(fields);
  return {
    where: entries.map(([field], index) => `${columnOf(field)} = $${index + 1}`).join(" AND "),
    values: entries.map(([, value]) => value),
  };
}
