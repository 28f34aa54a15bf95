import { addPosts } from "../events/posts.ts";
import type { Reaction } from "../events/reactions.ts";
import type { Keeping } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import { guessKeys, isSpray, type Spray } from "./guesses.ts";
import type { DayKeys } from "./vault.ts";

export const refusedChecks: Keeping = {
  name: "refused_checks",
  owner: "account",
  key: ["account_sid", "recipient_hash"],
  columns: ["account_sid", "recipient_hash", "times", "refused_at"],
  erased: { column: "refused_at" },
  person: {
    as: "refused_checks",
    rows: ({ accountSid, recipient, hashesOf }) =>
      guessKeys({ hashValues: hashesOf }, accountSid, recipient).map((hash) => ({
        where: "account_sid = $1 AND recipient_hash = $2",
        values: [accountSid, hash],
      })),
  },
};

const hourMs = 3_600_000;

export const checkCounts: Keeping = {
  name: "check_counts",
  owner: "account",
  key: ["account_sid", "opened_at", "part"],
  columns: ["account_sid", "opened_at", "part", "refused", "approved"],
  person: { none: "it counts for whole accounts" },
  erased: { column: "opened_at", below: ({ now }) => now - 2 * hourMs, each: "account_sid" },
};

export const sprays: Keeping = {
  name: "sprays",
  owner: "account",
  key: ["account_sid"],
  columns: ["account_sid", "noticed_at", "ends_at"],
  person: { none: "it tells of whole accounts" },
  erased: { column: "ends_at", below: ({ now }) => now },
};

/** Adds times to those of a recipient; nobody need have read them. */
export const addRefusedChecks = `
  INSERT INTO refused_checks AS r (account_sid, recipient_hash, times, refused_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (account_sid, recipient_hash)
  DO UPDATE SET times = substr(excluded.times || r.times, 1, 1300), refused_at = excluded.refused_at`;

export const addCheckCounts = `
  INSERT INTO check_counts AS c (account_sid, opened_at, part, refused, approved) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (account_sid, opened_at, part)
  DO UPDATE SET refused = c.refused + excluded.refused, approved = c.approved + excluded.approved`;

/** Windows of counts, each in so many parts, of which a batch takes one by its time. */
export const countWindow = { ms: 120_000, parts: 8 } as const;

export type GuessStore = ReturnType<typeof guessStore>;

export function guessStore(sql: Sql, reactions: readonly Reaction[], keys: DayKeys) {
  async function known(accountSid: string, now: number) {
    const rows = await sql.read(
      `SELECT sum(refused), sum(approved), (SELECT ends_at FROM sprays WHERE account_sid = $1)
       FROM check_counts WHERE account_sid = $1 AND opened_at > $2`,
      [accountSid, now - hourMs - countWindow.ms],
    );
    const [refused, approved, endsAt] = (rows[0] ?? []).map(Number);
    return { refused: refused ?? 0, approved: approved ?? 0, endsAt: endsAt ?? 0 };
  }

  return {
    /**
     * Judges after a refused check whether its account is sprayed, for an hour from the last that says so.
     * @returns what is noticed now; nothing for what was known, or is not so
     */
    async judge({ accountSid, serviceSid }: Pick<Spray, "accountSid" | "serviceSid">, now: number) {
      const { endsAt, ...counts } = await known(accountSid, now);
      // What was written within the last two minutes is as good.
      if (!isSpray(counts) || now < endsAt - hourMs + countWindow.ms) return undefined;
      const spray: Spray = { accountSid, serviceSid, ...counts, noticedAt: now };
      return sql.transact(function* () {
        const begun = yield* run(
          `INSERT INTO sprays AS s (account_sid, noticed_at, ends_at) VALUES ($1, $2, $3)
           ON CONFLICT (account_sid) DO UPDATE SET noticed_at = excluded.noticed_at, ends_at = excluded.ends_at
           WHERE s.ends_at <= excluded.noticed_at`,
          [accountSid, now, now + hourMs],
        );
        if (begun.count > 0) {
          yield* addPosts(
            reactions.flatMap((reaction) => reaction.spray?.(spray) ?? []),
            keys,
          );
          return spray;
        }
        yield* run("UPDATE sprays SET ends_at = $2 WHERE account_sid = $1", [accountSid, now + hourMs]);
        return undefined;
      });
    },
  };
}
