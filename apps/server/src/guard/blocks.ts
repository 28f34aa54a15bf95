import { audit } from "../console/trail.ts";
import type { Author } from "../kernel/handler.ts";
import { type Keeping, table } from "../sql/table.ts";
import { parameters, run, type Sql } from "../sql/text.ts";
import {
  type Count,
  type Counter,
  counterOf,
  firstCounterNeeded,
  guardedText,
  type KnownRecipient,
  type PrefixBlock,
} from "./counts.ts";
import { forgottenBefore, knownSince, prefixCounters } from "./pumping.ts";

/** Notes of number prefixes that the guard suspects. */
interface BlockStore {
  /** Those that hold at that time, the latest first, of one account or of all, and what was counted for their prefixes. */
  list(
    now: number,
    accountSid?: string,
  ): Promise<(PrefixBlock & { accountSid: string; current: Count; former: Count })[]>;
  /** Forgets a note, and what was counted for its prefix lately. @returns whether there was one */
  lift(accountSid: string, prefix: string, now: number, by: Author): Promise<boolean>;
  /** How often things happened to an account, by these counters. */
  used(accountSid: string, counters: readonly Counter[]): Promise<number>;
}

export const prefixBlocks = table<PrefixBlock & { accountSid: string }>({
  name: "prefix_blocks",
  owner: "account",
  key: ["account_sid", "prefix"],
  fields: {
    accountSid: "plain",
    prefix: "plain",
    openDigits: "plain",
    blockedAt: "plain",
    blockedUntil: "plain",
    times: "plain",
    starts: "plain",
    approvals: "plain",
  },
  person: { none: "a prefix is that of many numbers" },
  erased: { column: "blocked_until", below: ({ now }) => forgottenBefore(now) },
});

export const knownRecipients = table<KnownRecipient & { accountSid: string }>({
  name: "known_recipients",
  owner: "account",
  key: ["account_sid", "recipient_hash"],
  fields: { accountSid: "plain", recipientHash: "plain", approvedAt: "plain" },
  erased: { column: "approved_at", below: ({ now }) => knownSince(now), each: "account_sid" },
  person: {
    as: "known_recipients",
    rows: ({ accountSid, recipient, hashesOf }) =>
      hashesOf(guardedText(recipient)).map((hash) => ({
        where: "account_sid = $1 AND recipient_hash = $2",
        values: [accountSid, hash],
      })),
  },
});

const countColumns = ["account_sid", "counter", "used", "approved"];

/** The name of a counter begins with the time of its window. */
export const guardCounts: Keeping = {
  name: "guard_counts",
  owner: "account",
  key: ["account_sid", "counter"],
  columns: { sqlite: countColumns, postgres: [...countColumns, "used_max"] },
  erased: { column: "counter", below: ({ now }) => firstCounterNeeded(now), each: "account_sid" },
  person: {
    as: "guard_counts",
    sought: ({ accountSid, recipient, hashesOf }) => ofRecipient(accountSid, "", hashesOf(guardedText(recipient))),
    rows: ({ accountSid, recipient, hashesOf, since }) => [
      // A step is two hours at the longest.
      ofRecipient(accountSid, counterOf(since - 7_200_000, ""), hashesOf(guardedText(recipient))),
    ],
  },
};

/** Counters from one on whose name ends with one of the hashes. */
function ofRecipient(accountSid: string, first: Counter, hashes: readonly string[]) {
  const names = hashes.map((hash, index) => `substr(counter, length(counter) - ${hash.length - 1}) = $${index + 3}`);
  return {
    where: `account_sid = $1 AND counter >= $2 AND (${names.join(" OR ")})`,
    values: [accountSid, first, ...hashes],
  };
}

export function blockStore(sql: Sql): BlockStore {
  return {
    async list(now, accountSid) {
      const [whose, owner] = accountSid === undefined ? ["", []] : [" AND account_sid = $2", [accountSid]];
      const rows = await sql.read(
        `SELECT ${prefixBlocks.fieldColumns} FROM prefix_blocks
         WHERE blocked_until > $1${whose} ORDER BY blocked_at DESC, account_sid, prefix`,
        [now, ...owner],
      );
      const count = async (accountSid: string, counter: Counter): Promise<Count> => {
        const [row] = await sql.read(
          "SELECT used, approved FROM guard_counts WHERE account_sid = $1 AND counter = $2",
          [accountSid, counter],
        );
        const [used = 0, approved = 0] = (row ?? []) as number[];
        return { used, approved };
      };
      return Promise.all(
        rows.map(prefixBlocks.of).map(async (note) => {
          const [current, former] = prefixCounters(note.prefix, now);
          return {
            ...note,
            current: await count(note.accountSid, current),
            former: await count(note.accountSid, former),
          };
        }),
      );
    },
    lift: (accountSid, prefix, now, by) =>
      sql.transact(function* () {
        // In the order in which batches take these locks.
        for (const counter of prefixCounters(prefix, now).toSorted()) {
          yield* run("DELETE FROM guard_counts WHERE account_sid = $1 AND counter = $2", [accountSid, counter]);
        }
        const { rows } = yield* run(
          `DELETE FROM prefix_blocks WHERE account_sid = $1 AND prefix = $2 RETURNING ${prefixBlocks.fieldColumns}`,
          [accountSid, prefix],
        );
        const [note] = rows.map(prefixBlocks.of);
        if (!note) return false;
        const before = { prefix, starts: note.starts, approvals: note.approvals, times: note.times };
        yield* audit({ accountSid, by, at: now, action: "lifted", resourceType: "prefix", before });
        return true;
      }),
    async used(accountSid, counters) {
      const [[used] = []] = await sql.read(
        `SELECT sum(used) FROM guard_counts WHERE account_sid = $1 AND counter IN (${parameters(counters.length, 2)})`,
        [accountSid, ...counters],
      );
      return Number(used ?? 0);
    },
  };
}
