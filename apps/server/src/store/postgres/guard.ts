import type { QueryConfig } from "pg";
import type { BlockStore } from "../../guard/blocks.ts";
import { firstCounterNeeded } from "../../guard/counter.ts";
import { forgottenBefore, type PrefixBlock } from "../../guard/pumping.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/tally.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "./database.ts";

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
  block: BlockRow | null;
}

export function guardSnapshot(rows: readonly GuardRow[]): GuardSnapshot {
  return {
    counts: rows.flatMap(({ count }) => (count ? [countOf(count)] : [])),
    blocks: rows.flatMap(({ block }) => (block ? [blockOf(block)] : [])),
  };
}

/** The statements that write what a batch counted. Rows are locked in one order, so that no two batches wait in a circle. */
export function guardWrites({ counts, blocks }: GuardChanges): QueryConfig[] {
  return [
    ...(counts.length > 0 ? [{ name: "count", text: addCounts, values: [JSON.stringify(counts.map(countRow))] }] : []),
    ...(blocks.length > 0 ? [{ name: "block", text: addBlocks, values: [JSON.stringify(blocks.map(blockRow))] }] : []),
  ];
}

const countColumns = "account_sid, counter, used, approved, used_max";
const blockColumns = "account_sid, prefix, blocked_at, blocked_until, times, starts, approvals";

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

export function createBlockStore(db: Database): BlockStore {
  return {
    async list(now) {
      const { rows } = await db.query<BlockRow>(
        `SELECT ${blockColumns} FROM prefix_blocks WHERE blocked_until > $1 ORDER BY blocked_at DESC, account_sid, prefix`,
        [now],
      );
      return rows.map(blockOf);
    },
    lift: (accountSid, prefix, counters) =>
      db.transaction(async (query) => {
        // In the order in which batches take these locks.
        for (const counter of counters.toSorted()) {
          await query("DELETE FROM guard_counts WHERE account_sid = $1 AND counter = $2", [accountSid, counter]);
        }
        const removed = await query("DELETE FROM prefix_blocks WHERE account_sid = $1 AND prefix = $2", [
          ...[accountSid, prefix],
        ]);
        return removed.rowCount === 1;
      }),
  };
}

const rowsPerStep = 5_000;

/** Erases what was counted in windows that are over, account by account, and blocks that are forgotten. */
export async function eraseGuard(db: Database, clock: Clock): Promise<void> {
  const first = firstCounterNeeded(clock());
  const nextAccount = async (after: string) => {
    const { rows } = await db.query<{ sid: string | null }>(
      "SELECT min(account_sid) AS sid FROM guard_counts WHERE account_sid > $1",
      [after],
    );
    return rows[0]?.sid ?? null;
  };
  for (let accountSid = await nextAccount(""); accountSid; accountSid = await nextAccount(accountSid)) {
    while ((await db.query(deleteCounts, [first, accountSid])).rowCount === rowsPerStep);
  }
  await db.query("DELETE FROM prefix_blocks WHERE blocked_until < $1", [forgottenBefore(clock())]);
}

const deleteCounts = `
  DELETE FROM guard_counts AS g
  USING (SELECT account_sid, counter FROM guard_counts WHERE account_sid = $2 AND counter < $1 LIMIT ${rowsPerStep}) AS old
  WHERE g.account_sid = old.account_sid AND g.counter = old.counter`;

interface BlockRow {
  account_sid: string;
  prefix: string;
  blocked_at: number;
  blocked_until: number;
  times: number;
  starts: number;
  approvals: number;
}

function blockOf({ account_sid, prefix, blocked_at, blocked_until, times, starts, approvals }: BlockRow) {
  return {
    ...{ accountSid: account_sid, prefix, blockedAt: blocked_at, blockedUntil: blocked_until },
    ...{ times, starts, approvals },
  };
}

function blockRow(block: PrefixBlock & { accountSid: string }): BlockRow {
  const { accountSid, prefix, blockedAt, blockedUntil, times, starts, approvals } = block;
  return {
    ...{ account_sid: accountSid, prefix, blocked_at: blockedAt, blocked_until: blockedUntil },
    ...{ times, starts, approvals },
  };
}

function countOf({ account_sid: accountSid, counter, used, approved }: NonNullable<GuardRow["count"]>) {
  return { accountSid, counter, used, approved };
}

function countRow({ accountSid, counter, used, approved, max }: GuardChanges["counts"][number]) {
  return { account_sid: accountSid, counter, used, approved, used_max: max };
}
