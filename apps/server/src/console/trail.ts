import type { Author } from "../kernel/handler.ts";
import type { PageRequest } from "../kernel/page.ts";
import { newSid } from "../kernel/random.ts";
import { snakeCase } from "../kernel/wire.ts";
import { readPage } from "../sql/page.ts";
import type { ResourceFact } from "../sql/resources.ts";
import { type Keeping, table } from "../sql/table.ts";
import type { Sql, Statement, Work } from "../sql/text.ts";

/** Who did what, and when. No entry is ever changed, and none is deleted before its time is over. */
export interface AuditEntry extends Author {
  accountSid: string;
  sid: string;
  createdAt: number;
  /** As `created` or `revealed`. */
  action: string;
  resourceType: string;
  resourceSid: string | null;
  /** What was changed, and nothing else, by the names that the API has for it. */
  before: Parts | null;
  after: Parts | null;
}

type Parts = Record<string, unknown>;

/** How long the trail tells of what was done. */
export const auditDays = 400;

export const auditEntries = table<AuditEntry>({
  name: "audit_entries",
  owner: "account",
  key: ["account_sid", "created_at", "sid"],
  fields: {
    ...{ accountSid: "plain", createdAt: "plain", sid: "plain", actor: "plain", address: "plain", action: "plain" },
    ...{ resourceType: "plain", resourceSid: "plain", before: "json", after: "json" },
  },
  person: { none: "no entry names a recipient" },
  erased: { column: "created_at", below: ({ now }) => now - auditDays * 86_400_000, each: "account_sid" },
});

interface Done extends Pick<AuditEntry, "accountSid" | "action" | "resourceType"> {
  by: Author;
  at: number;
  resourceSid?: string | null;
  before?: Parts | null;
  after?: Parts | null;
}

/** The statement that adds an entry, in the transaction of what it tells of. Nothing of a person is to stand in it. */
export function entryOf({ by, at, resourceSid = null, before = null, after = null, ...done }: Done): Statement {
  const entry = { ...done, ...by, sid: nextSid(), createdAt: at, resourceSid, before, after };
  return { text: auditEntries.insert, values: auditEntries.row(entry) };
}

let entries = 0;

/** Entries of one millisecond are in the order of their sids: a process counts them. */
function nextSid(): string {
  entries = (entries + 1) % 2 ** 32;
  return `AE${entries.toString(16).padStart(8, "0")}${newSid("").slice(8)}`;
}

/** Adds an entry, in the transaction of what it tells of. */
export function* audit(done: Done): Work<void> {
  yield entryOf(done);
}

/** Every change of a resource has its entry. @param tables say what it tells of theirs */
export function auditTrail(tables: readonly Keeping[], clock: () => number) {
  const audited = new Map(tables.map(({ name, audited }) => [name, audited]));
  return {
    *resource({ kind, table, accountSid, sid, by, before, after, isPart }: ResourceFact): Work<void> {
      if (isPart) return;
      const told = audited.get(table);
      if (!told) throw new Error(`The table ${table} does not say what the audit trail tells of it.`);
      if ("never" in told) return;
      const shown = (thing: object | null) => thing && (wireNames(told.shows(thing)) as Parts);
      const changed = changedParts(shown(before), shown(after));
      yield* audit({ accountSid, by, at: clock(), action: kind, resourceType: told.as, resourceSid: sid, ...changed });
    },
  };
}

/** Fields by the names that the API has for them; what is named otherwise, as sids are, stays. */
function wireNames(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const named = Object.entries(value).map(([name, part]) => [
    /^[a-z]/.test(name) ? snakeCase(name) : name,
    wireNames(part),
  ]);
  return Object.fromEntries(named);
}

/** What differs; all of a thing that was made, or is gone. */
function changedParts(before: Parts | null, after: Parts | null): Pick<AuditEntry, "before" | "after"> {
  if (!before || !after) return { before, after };
  const changed = { before: {} as Parts, after: {} as Parts };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [one, other] = [before[name], after[name]];
    if (JSON.stringify(one) === JSON.stringify(other)) continue;
    const parts = isNested(one) && isNested(other) ? changedParts(one, other) : { before: one, after: other };
    if (parts.before !== undefined) changed.before[name] = parts.before;
    if (parts.after !== undefined) changed.after[name] = parts.after;
  }
  return changed;
}

function isNested(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every given field must fit. Bounds of time are inclusive. */
export interface AuditFilter {
  actor?: string | undefined;
  resourceSid?: string | undefined;
  action?: string | undefined;
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
}

const conditions: Record<keyof AuditFilter, string> = {
  actor: "actor = $",
  resourceSid: "resource_sid = $",
  action: "action = $",
  createdAfter: "created_at >= $",
  createdBefore: "created_at <= $",
};

export type AuditStore = ReturnType<typeof auditStore>;

export function auditStore(sql: Sql) {
  return {
    /** Adds an entry of what changes nothing else here. */
    add: (done: Done) => sql.transact(() => audit(done)),
    /** Newest first. */
    list(accountSid: string, filter: AuditFilter, request: PageRequest) {
      const fields = (Object.keys(conditions) as (keyof AuditFilter)[]).filter((field) => filter[field] !== undefined);
      const parts = fields.map((field, index) => conditions[field].replace("$", `$${index + 2}`));
      const condition = {
        where: ["account_sid = $1", ...parts].join(" AND "),
        values: [accountSid, ...fields.map((field) => filter[field])],
      };
      return readPage(sql, auditEntries, condition, "DESC", request);
    },
  };
}
