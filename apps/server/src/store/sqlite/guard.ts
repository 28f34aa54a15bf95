import { prefixBlocks } from "../../guard/blocks.ts";
import type { GuardChanges, GuardNames, GuardSnapshot } from "../../guard/tally.ts";
import { sqliteText } from "../../sql/text.ts";
import type { Connection } from "./connection.ts";
import { createRowWriter } from "./verifications.ts";

/** Reads what is stored of the names of a batch, in one statement for each account and as two texts. */
export function createGuardReader(connection: Connection): (names: ReadonlyMap<string, GuardNames>) => GuardSnapshot {
  const select = connection.prepare<[counts: string, blocks: string]>(
    `SELECT
       (SELECT json_group_array(json_array(named.key, c.used, c.approved)) FROM json_each(?2) AS named
        CROSS JOIN guard_counts AS c WHERE c.account_sid = ?1 AND c.counter = named.value),
       (SELECT json_group_array(json_array(${prefixBlocks.fieldColumns.replaceAll(/\w+/g, "b.$&")})) FROM json_each(?3) AS named
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
      snapshot.blocks.push(...(JSON.parse(blocks) as unknown[][]).map(prefixBlocks.of));
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
  const block = connection.prepare(sqliteText(prefixBlocks.insert.replace("INSERT", "INSERT OR REPLACE")));
  return ({ counts, blocks }) => {
    add(counts.map(({ accountSid, counter, used, approved }) => [accountSid, counter, used, approved]));
    for (const made of blocks) block.execute(prefixBlocks.row(made));
  };
}
