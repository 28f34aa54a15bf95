import type { Author } from "../kernel/handler.ts";
import type { Page, PageRequest } from "../kernel/page.ts";
import { snakeCase } from "../kernel/wire.ts";
import { readPage } from "./page.ts";
import type { Table } from "./table.ts";
import { run, type Sql, type Work } from "./text.ts";

/**
 * What most resources need of a database. A resource declares its table, and says what it is made within:
 *
 *     export const rateLimits = table<RateLimit>({ name: "rate_limits", owner: "service", key: [...], fields: {...}, ... });
 *     export const rateLimitStore = (sql: Sql, onChange: OnChange) =>
 *       resourceStore(sql, rateLimits, onChange, {
 *         max: 50,
 *         unique: "uniqueName",
 *       });
 *
 * and stands with its table in the list of `store/tables.ts`, with its store in `store/store.ts`, and has a migration.
 */
export interface ResourceStore<T extends Resource> {
  /** Under the parent's lock, so that no two that come together are both the last. */
  create(resource: T, by: Author): Promise<"created" | "no parent" | "too many" | "exists">;
  /** @param which fields that together name one, as `{ accountSid, serviceSid, sid }` */
  fetch(which: Partial<T>): Promise<T | undefined>;
  /** Oldest first, unless its rules say otherwise. */
  list(owner: Partial<T>, page: PageRequest): Promise<Page<T>>;
  /** Changes it under its parent's lock. `change` may be called again, so it has no effect of its own. */
  update(which: Partial<T>, change: (resource: T) => T, by: Author): Promise<T | "exists" | undefined>;
  /** With everything that is of it. False when there was none. */
  delete(which: Partial<T>, by: Author): Promise<boolean>;
}

export interface Resource {
  accountSid: string;
  sid: string;
  createdAt: number;
}

/** What happened to a resource, and by whom. */
export interface ResourceFact {
  kind: "created" | "changed" | "deleted";
  /** The name of its table. */
  table: string;
  accountSid: string;
  sid: string;
  by: Author;
  /** Null for one that was created. */
  before: object | null;
  /** Null for one that was deleted. */
  after: object | null;
  /** Whether it went with something that is told of, too: the trail has that alone. */
  isPart?: boolean;
}

/** Does what follows from a change, within its transaction: both are on disk, or neither is. */
export type OnChange = (fact: ResourceFact) => Work<void>;

/** In whose name a change is that no request asked for: the command line's, and the sandbox's. */
export const operator: Author = { actor: "operator", address: null };

/** Makes what tells of changes to the things of a table. */
export function changesOf<T extends Omit<Resource, "createdAt">>({ name }: Pick<Table<T>, "name">, onChange: OnChange) {
  return (by: Author, before: T | null, after: T | null): Work<void> => {
    const { accountSid, sid } = (after ?? before) as T;
    const kind = before && after ? "changed" : before ? "deleted" : "created";
    return onChange({ kind, table: name, accountSid, sid, by, before, after });
  };
}

interface ResourceRules<T> {
  /** The row that is locked while one is made, changed or deleted, and must be there; by default of the table's owner. */
  parent?: (resource: T) => { table: string; is: object };
  /** What all within that parent have in common; by default their owner. */
  siblings?: (resource: T) => Partial<T>;
  /** How many siblings there may be; any number where it is left out. */
  max?: number;
  /** The field that no two siblings have alike. */
  unique: keyof T & string;
  isNewestFirst?: boolean;
  /** Deletes what is of it, within the transaction. */
  cascade?: (resource: T) => Work<void>;
  /** Changes what depends on it, within the transaction. */
  changed?: (resource: T) => Work<void>;
}

export function resourceStore<T extends Resource>(
  sql: Sql,
  table: Table<T>,
  onChange: OnChange,
  rules: ResourceRules<T>,
): ResourceStore<T> {
  const { parent, siblings } = { ...owned(table), ...rules };
  const { max = Number.POSITIVE_INFINITY, unique, isNewestFirst, cascade, changed } = rules;
  const { name, fieldColumns, insert, row, of } = table;
  const told = changesOf(table, onChange);

  function* find(which: Partial<T>): Work<T | undefined> {
    const { where, values } = conditionOf(which);
    const { rows } = yield* run(`SELECT ${fieldColumns} FROM ${name} WHERE ${where}`, values);
    return rows.map(of)[0];
  }

  function* lockParent(resource: T): Work<boolean> {
    const { table, is } = parent(resource);
    const { where, values } = conditionOf(is);
    return (yield* run(`SELECT 1 FROM ${table} WHERE ${where} FOR UPDATE`, values)).count > 0;
  }

  /** As it is once its parent is locked: it may have been changed until then. */
  function* findLocked(which: Partial<T>): Work<T | undefined> {
    const before = yield* find(which);
    return before && (yield* lockParent(before)) ? yield* find(which) : undefined;
  }

  function* isTaken(resource: T): Work<boolean> {
    const same = { ...siblings(resource), [unique]: resource[unique] } as Partial<T>;
    const { where, values } = conditionOf(same);
    const { rows } = yield* run(`SELECT sid FROM ${name} WHERE ${where}`, values);
    return rows.some(([sid]) => sid !== resource.sid);
  }

  return {
    create: (resource, by) =>
      sql.transact(function* () {
        if (!(yield* lockParent(resource))) return "no parent";
        if (yield* isTaken(resource)) return "exists";
        const { where, values } = conditionOf(siblings(resource));
        const { rows } = yield* run(`SELECT count(*) FROM ${name} WHERE ${where}`, values);
        if (Number(rows[0]?.[0]) >= max) return "too many";
        yield* run(insert, row(resource));
        yield* told(by, null, resource);
        return "created";
      }),
    async fetch(which) {
      const { where, values } = conditionOf(which);
      return (await sql.read(`SELECT ${fieldColumns} FROM ${name} WHERE ${where}`, values)).map(of)[0];
    },
    list: (owner, page) => readPage(sql, table, conditionOf(owner), isNewestFirst ? "DESC" : "ASC", page),
    update: (which, change, by) =>
      sql.transact(function* () {
        const before = yield* findLocked(which);
        if (!before) return undefined;
        const after = change(before);
        if (yield* isTaken(after)) return "exists";
        yield* run(table.update, row(after));
        if (changed) yield* changed(after);
        yield* told(by, before, after);
        return after;
      }),
    delete: (which, by) =>
      sql.transact(function* () {
        const resource = yield* findLocked(which);
        if (!resource) return false;
        if (cascade) yield* cascade(resource);
        const { where, values } = conditionOf(which);
        yield* run(`DELETE FROM ${name} WHERE ${where}`, values);
        yield* told(by, resource, null);
        return true;
      }),
  };
}

/** The service or account that the things of a table are of. */
function owned<T extends Resource>({ owner }: Table<T>): Required<Pick<ResourceRules<T>, "parent" | "siblings">> {
  const serviceOf = (resource: T) => (resource as { serviceSid?: string }).serviceSid;
  return {
    parent: (resource) => {
      const { accountSid } = resource;
      if (owner === "account") return { table: "accounts", is: { sid: accountSid } };
      return { table: "services", is: { accountSid, sid: serviceOf(resource) } };
    },
    siblings: (resource) =>
      (owner === "account" ? { accountSid: resource.accountSid } : { serviceSid: serviceOf(resource) }) as Partial<T>,
  };
}

/** That all of the given fields are so. */
function conditionOf(fields: object) {
  const entries = Object.entries(fields);
  return {
    where: entries.map(([field], index) => `${snakeCase(field)} = $${index + 1}`).join(" AND "),
    values: entries.map(([, value]) => value),
  };
}
