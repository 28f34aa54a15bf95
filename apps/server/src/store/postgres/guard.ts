import type { QueryConfig } from "pg";
import { knownRecipients, prefixBlocks } from "../../guard/blocks.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/counts.ts";
import { byField } from "../../sql/table.ts";

/**
 * Reads what is stored of the names of a batch, without a lock: many processes count under the same names, and would
 * wait for each other from here to the commit. What they add meanwhile is held against the limit when it is written.
 */
export function readGuard(byAccount: ReadonlyMap<string, GuardNames>): QueryConfig<unknown[]> {
  const named = (of: keyof GuardNames) => Array.from(byAccount.values(), (names) => names[of].join("\n"));
  return {
    name: "read-guard",
    text: `
      SELECT row_to_json(c) AS count, NULL::json AS block, NULL::json AS known, NULL::json AS safe
      FROM ${namedBy("$2")} CROSS JOIN LATERAL (
        SELECT ${byField("account_sid, counter, used, approved")} FROM guard_counts g
        WHERE g.account_sid = given.account_sid AND g.counter = named.name LIMIT 1
      ) AS c
      UNION ALL
      SELECT NULL, row_to_json(b), NULL, NULL
      FROM ${namedBy("$3")} CROSS JOIN LATERAL (
        SELECT ${byField(blockColumns)} FROM prefix_blocks p
        WHERE p.account_sid = given.account_sid AND p.prefix = named.name LIMIT 1
      ) AS b
      UNION ALL
      SELECT NULL, NULL, row_to_json(k), NULL
      FROM ${namedBy("$4")} CROSS JOIN LATERAL (
        SELECT ${byField(knownRecipients.fieldColumns)} FROM known_recipients r
        WHERE r.account_sid = given.account_sid AND r.recipient_hash = named.name LIMIT 1
      ) AS k
      UNION ALL
      SELECT NULL, NULL, NULL, row_to_json(s)
      FROM ${namedBy("$5")} CROSS JOIN LATERAL (
        SELECT ${byField("account_sid, recipient")} FROM safe_numbers n
        WHERE n.account_sid = given.account_sid AND n.recipient = named.name LIMIT 1
      ) AS s`,
    values: [[...byAccount.keys()], named("counters"), named("prefixes"), named("recipients"), named("safe")],
  };
}

/** The names of each account as one text, since a start has some thirty, and each element of an array costs both sides. */
function namedBy(names: string): string {
  return `unnest($1::text[], ${names}::text[]) AS given (account_sid, names)
      CROSS JOIN LATERAL unnest(string_to_array(given.names, E'\\n')) AS named (name)`;
}

export type GuardRow = [
  count: GuardSnapshot["counts"][number] | null,
  block: GuardSnapshot["blocks"][number] | null,
  known: GuardSnapshot["known"][number] | null,
  safe: GuardSnapshot["safe"][number] | null,
];

export function guardSnapshot(rows: readonly GuardRow[]): GuardSnapshot {
  return {
    counts: rows.flatMap(([count]) => count ?? []),
    blocks: rows.flatMap(([, block]) => block ?? []),
    known: rows.flatMap(([, , known]) => known ?? []),
    safe: rows.flatMap(([, , , safe]) => safe ?? []),
  };
}

/** What adds to counters. Rows are locked in one order, so that no two batches wait in a circle. */
export function countWrites(counts: GuardChanges["counts"]): QueryConfig[] {
  if (counts.length === 0) return [];
  return [{ name: "count", text: addCounts, values: [JSON.stringify(recordsOf(counts))] }];
}

/** What takes back from counters what was added to them, where they are there still: some are erased meanwhile. */
export function takeBack(counts: GuardChanges["counts"]): QueryConfig<unknown[]> {
  return { text: takeBackCounts, values: [JSON.stringify(recordsOf(counts))] };
}

function recordsOf(counts: GuardChanges["counts"]) {
  return counts.map(({ accountSid, max, ...count }) => ({ account_sid: accountSid, used_max: max, ...count }));
}

/** The other statements that write what the guard makes of a batch, whose rows are locked in one order, too. */
export function guardWrites({ blocks, known }: GuardChanges): QueryConfig[] {
  return [
    ...(known.length > 0
      ? [{ name: "know", text: addKnown, values: [JSON.stringify(known.map(knownRecipients.record))] }]
      : []),
    ...(blocks.length > 0
      ? [{ name: "block", text: addBlocks, values: [JSON.stringify(blocks.map(prefixBlocks.record))] }]
      : []),
  ];
}

const countColumns = "account_sid, counter, used, approved, used_max";
const blockColumns = prefixBlocks.fieldColumns;

/** The check on the table refuses what would be more than the limit. */
const addCounts = `
  INSERT INTO guard_counts AS g (${countColumns})
  SELECT ${countColumns} FROM json_populate_recordset(NULL::guard_counts, $1) ORDER BY account_sid, counter
  ON CONFLICT (account_sid, counter) DO UPDATE
    SET used = g.used + excluded.used, approved = g.approved + excluded.approved, used_max = excluded.used_max`;

/** None falls below nothing, though an operator began it anew meanwhile. */
const takeBackCounts = `
  INSERT INTO guard_counts AS g (${countColumns})
  SELECT n.account_sid, n.counter, n.used, n.approved, NULL FROM json_populate_recordset(NULL::guard_counts, $1) AS n
  JOIN guard_counts AS l ON l.account_sid = n.account_sid AND l.counter = n.counter ORDER BY n.account_sid, n.counter
  ON CONFLICT (account_sid, counter) DO UPDATE
    SET used = greatest(g.used - excluded.used, 0), approved = greatest(g.approved - excluded.approved, 0)`;

/** Of two services that approve one person at once, either may come last. */
const addKnown = `
  INSERT INTO known_recipients AS k (${knownRecipients.fieldColumns})
  SELECT ${knownRecipients.fieldColumns} FROM json_populate_recordset(NULL::known_recipients, $1)
  ORDER BY account_sid, recipient_hash
  ON CONFLICT (account_sid, recipient_hash) DO UPDATE SET approved_at = greatest(k.approved_at, excluded.approved_at)`;

/** A note that another process has just made stands. */
const addBlocks = `
  INSERT INTO prefix_blocks AS b (${blockColumns})
  SELECT ${blockColumns} FROM json_populate_recordset(NULL::prefix_blocks, $1) ORDER BY account_sid, prefix
  ON CONFLICT (account_sid, prefix) DO UPDATE SET blocked_at = excluded.blocked_at,
    open_digits = excluded.open_digits, blocked_until = excluded.blocked_until, times = excluded.times, starts = excluded.starts,
    approvals = excluded.approvals
  WHERE b.blocked_until <= excluded.blocked_at`;
