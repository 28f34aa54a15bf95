import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import { type Counter, firstCounterNeeded, type PrefixBlock } from "./counts.ts";
import { forgottenBefore } from "./pumping.ts";

/** Number prefixes that the guard has blocked. */
interface BlockStore {
  /** Those that hold at that time, the latest first. */
  list(now: number): Promise<(PrefixBlock & { accountSid: string })[]>;
  /** Forgets a block, and what these counters of the account have. @returns whether there was one */
  lift(accountSid: string, prefix: string, counters: readonly Counter[]): Promise<boolean>;
}

export const prefixBlocks = table<PrefixBlock & { accountSid: string }>({
  name: "prefix_blocks",
  owner: "account",
  key: ["account_sid", "prefix"],
  fields: {
    accountSid: "plain",
    prefix: "plain",
    blockedAt: "plain",
    blockedUntil: "plain",
    times: "plain",
    starts: "plain",
    approvals: "plain",
  },
  erased: { column: "blocked_until", below: ({ now }) => forgottenBefore(now) },
});

const countColumns = ["account_sid", "counter", "used", "approved"];

/** The name of a counter begins with the time of its window. */
export const guardCounts: Keeping = {
  name: "guard_counts",
  owner: "account",
  key: ["account_sid", "counter"],
  columns: { sqlite: countColumns, postgres: [...countColumns, "used_max"] },
  erased: { column: "counter", below: ({ now }) => firstCounterNeeded(now), each: "account_sid" },
};

export function blockStore(sql: Sql): BlockStore {
  return {
    async list(now) {
      const rows = await sql.read(
        `SELECT ${prefixBlocks.fieldColumns} FROM prefix_blocks
         WHERE blocked_until > $1 ORDER BY blocked_at DESC, account_sid, prefix`,
        [now],
      );
      return rows.map(prefixBlocks.of);
    },
    lift: (accountSid, prefix, counters) =>
      sql.transact(function* () {
        // In the order in which batches take these locks.
        for (const counter of counters.toSorted()) {
          yield* run("DELETE FROM guard_counts WHERE account_sid = $1 AND counter = $2", [accountSid, counter]);
        }
        const removed = yield* run("DELETE FROM prefix_blocks WHERE account_sid = $1 AND prefix = $2", [
          accountSid,
          prefix,
        ]);
        return removed.count > 0;
      }),
  };
}
