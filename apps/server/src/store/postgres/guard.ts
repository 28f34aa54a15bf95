import type { QueryConfig } from "pg";
import { prefixBlocks } from "../../guard/blocks.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/tally.ts";

/**
 * Reads what is stored of the names of a batch, without a lock: many processes count under the same names, and would
 * wait for each other from here to the commit. What they add meanwhile is held against the limit when it is written.
 */
export function readGuard(byAccount: ReadonlyMap<string, GuardNames>): QueryConfig {
  const named = (of: (names: GuardNames) => ReadonlySet<string>) => {
    const pairs = [...byAccount].flatMap(([accountSid, names]) => Array.from(of(names), (name) => [accountSid, name]));
    return [pairs.map(([accountSid]) => accountSid), pairs.map(([, name]) => name)];
  };
  return {
    name: "read-guard",
    text: `
      SELECT row_to_json(c) AS count, NULL AS block
      FROM unnest($1::text[], $2::text[]) AS named (account_sid, counter)
      CROSS JOIN LATERAL (
        SELECT account_sid, counter, used, approved FROM guard_counts g
        WHERE g.account_sid = named.account_sid AND g.counter = named.counter LIMIT 1
      ) AS c
      UNION ALL
      SELECT NULL, row_to_json(b) FROM unnest($3::text[], $4::text[]) AS named (account_sid, prefix)
      CROSS JOIN LATERAL (
        SELECT ${blockColumns} FROM prefix_blocks p
        WHERE p.account_sid = named.account_sid AND p.prefix = named.prefix LIMIT 1
      ) AS b`,
    values: [...named(({ counters }) => counters), ...named(({ prefixes }) => prefixes)],
  };
}

export interface GuardRow {
  count: { account_sid: string; counter: string; used: number; approved: number } | null;
  /** In the order of its columns. */
  block: Record<string, unknown> | null;
}

export function guardSnapshot(rows: readonly GuardRow[]): GuardSnapshot {
  return {
    counts: rows.flatMap(({ count }) => (count ? [countOf(count)] : [])),
    blocks: rows.flatMap(({ block }) => (block ? [prefixBlocks.of(Object.values(block))] : [])),
  };
}

/** The statements that write what a batch counted. Rows are locked in one order, so that no two batches wait in a circle. */
export function guardWrites({ counts, blocks }: GuardChanges): QueryConfig[] {
  return [
    ...(counts.length > 0 ? [{ name: "count", text: addCounts, values: [JSON.stringify(counts.map(countRow))] }] : []),
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

/** A block that another process has just made stands. */
const addBlocks = `
  INSERT INTO prefix_blocks AS b (${blockColumns})
  SELECT ${blockColumns} FROM json_populate_recordset(NULL::prefix_blocks, $1) ORDER BY account_sid, prefix
  ON CONFLICT (account_sid, prefix) DO UPDATE SET blocked_at = excluded.blocked_at,
    blocked_until = excluded.blocked_until, times = excluded.times, starts = excluded.starts,
    approvals = excluded.approvals
  WHERE b.blocked_until <= excluded.blocked_at`;

function countOf({ account_sid: accountSid, counter, used, approved }: NonNullable<GuardRow["count"]>) {
  return { accountSid, counter, used, approved };
}

function countRow({ accountSid, counter, used, approved, max }: GuardChanges["counts"][number]) {
  return { account_sid: accountSid, counter, used, approved, used_max: max };
}
