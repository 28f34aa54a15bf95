import type { BlockStore } from "../../guard/blocks.ts";
import { firstCounterNeeded } from "../../guard/counter.ts";
import { forgottenBefore, type PrefixBlock } from "../../guard/pumping.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/tally.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { createRowWriter } from "./verifications.ts";

const blockColumns = "account_sid, prefix, blocked_at, blocked_until, times, starts, approvals";
type BlockRow = [
  accountSid: string,
  prefix: string,
  blockedAt: number,
  blockedUntil: number,
  times: number,
  starts: number,
  approvals: number,
];

/** Reads what is stored of the names of a batch, in one statement for each account and as two texts. */
export function createGuardReader(connection: Connection): (names: ReadonlyMap<string, GuardNames>) => GuardSnapshot {
  const select = connection.prepare<[counts: string, blocks: string]>(
    `SELECT
       (SELECT json_group_array(json_array(named.key, c.used, c.approved)) FROM json_each(?2) AS named
        CROSS JOIN guard_counts AS c WHERE c.account_sid = ?1 AND c.counter = named.value),
       (SELECT json_group_array(json_array(${blockColumns.replaceAll(/\w+/g, "b.$&")})) FROM json_each(?3) AS named
        CROSS JOIN prefix_blocks AS b WHERE b.account_sid = ?1 AND b.prefix = named.value)`,
  );
  return (byAccount) => {
    const snapshot: GuardSnapshot = { counts: [], blocks: [] };
    for (const [accountSid, names] of byAccount) {
      const counters = [...names.counters];
      const [counts = "[]", blocks = "[]"] =
        select.get([accountSid, JSON.stringify(counters), JSON.stringify([...names.prefixes])]) ?? [];
      for (const [index, used, approved] of JSON.parse(counts) as [number, number, number][]) {
        snapshot.counts.push({ accountSid, counter: counters[index] ?? "", used, approved });
      }
      snapshot.blocks.push(...(JSON.parse(blocks) as BlockRow[]).map(blockOf));
    }
    return snapshot;
  };
}

/** Nobody else writes meanwhile, so what was decided on is what is added to. */
export function createGuardWriter(connection: Connection): (changes: GuardChanges) => void {
  const add = createRowWriter(connection, 4, {
    before: "INSERT INTO guard_counts AS g (account_sid, counter, used, approved) VALUES ",
    after: " ON CONFLICT DO UPDATE SET used = g.used + excluded.used, approved = g.approved + excluded.approved",
  });
  const block = connection.prepare(
    `INSERT OR REPLACE INTO prefix_blocks (${blockColumns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ counts, blocks }) => {
    add(counts.map(({ accountSid, counter, used, approved }) => [accountSid, counter, used, approved]));
    for (const made of blocks) block.execute(blockRow(made));
  };
}

export function createBlockStore(db: Database): BlockStore {
  const select = db.reader.prepare<BlockRow>(
    `SELECT ${blockColumns} FROM prefix_blocks WHERE blocked_until > ? ORDER BY blocked_at DESC, account_sid, prefix`,
  );
  const remove = db.writer.prepare("DELETE FROM prefix_blocks WHERE account_sid = ? AND prefix = ?");
  const forget = db.writer.prepare("DELETE FROM guard_counts WHERE account_sid = ? AND counter = ?");
  return {
    list: (now) => db.read(() => select.all([now]).map(blockOf)),
    lift: (accountSid, prefix, counters) =>
      db.write(() => {
        for (const counter of counters) forget.execute([accountSid, counter]);
        return remove.run([accountSid, prefix]) === 1;
      }),
  };
}

const rowsPerStep = 500;

/** Erases what was counted in windows that are over, and blocks that are forgotten. */
export function createGuardEraser(db: Database, clock: Clock): () => Promise<void> {
  const nextAccount = db.reader.prepare<[sid: string | null]>(
    "SELECT min(account_sid) FROM guard_counts WHERE account_sid > ?",
  );
  const removeCounts = db.writer.prepare(
    `DELETE FROM guard_counts WHERE (account_sid, counter) IN
       (SELECT account_sid, counter FROM guard_counts WHERE account_sid = ? AND counter < ? LIMIT ${rowsPerStep})`,
  );
  const removeBlocks = db.writer.prepare("DELETE FROM prefix_blocks WHERE blocked_until < ?");
  return async () => {
    const first = firstCounterNeeded(clock());
    let account: string | null = "";
    while (account !== null) {
      const after: string = account;
      account = (await db.read(() => nextAccount.get([after])))?.[0] ?? null;
      const sid = account;
      while (sid !== null && (await db.write(() => removeCounts.run([sid, first]))) === rowsPerStep);
    }
    await db.write(() => removeBlocks.execute([forgottenBefore(clock())]));
  };
}

function blockOf([accountSid, prefix, blockedAt, blockedUntil, times, starts, approvals]: BlockRow) {
  return { accountSid, prefix, blockedAt, blockedUntil, times, starts, approvals };
}

function blockRow(block: PrefixBlock & { accountSid: string }): BlockRow {
  const { accountSid, prefix, blockedAt, blockedUntil, times, starts, approvals } = block;
  return [accountSid, prefix, blockedAt, blockedUntil, times, starts, approvals];
}
