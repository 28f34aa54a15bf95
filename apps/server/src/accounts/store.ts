import type { Clock } from "../kernel/clock.ts";
import { countRequest, type RequestLimit } from "../kernel/limits.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";

/** A credential that authenticates an account. The secret is stored hashed. */
export interface Credential {
  accountSid: string;
  /** The account's own sid for its auth token, or the sid of an API key. */
  sid: string;
  secretHash: string;
  createdAt: number;
}

export interface Account {
  sid: string;
  friendlyName: string;
  createdAt: number;
}

const survivesReset = "a reset leaves whoever may call";
const erased = { never: "an account is there until somebody takes it away" };

export const accounts = table<Account>({
  name: "accounts",
  owner: "account",
  key: ["sid"],
  fields: { sid: "plain", friendlyName: "plain", createdAt: "plain" },
  erased,
  survivesReset,
});

export const credentials = table<Credential>({
  name: "credentials",
  owner: "account",
  key: ["account_sid", "sid"],
  fields: { accountSid: "plain", sid: "plain", secretHash: "plain", createdAt: "plain" },
  erased,
  survivesReset,
});

export type AccountStore = ReturnType<typeof accountStore>;

export function accountStore(sql: Sql) {
  return {
    create: (account: Account, credential: Credential) =>
      sql.transact(function* () {
        yield* run(accounts.insert, accounts.row(account));
        yield* run(credentials.insert, credentials.row(credential));
      }),
    list: async () =>
      (await sql.read(`SELECT ${accounts.fieldColumns} FROM accounts ORDER BY created_at, sid`)).map(accounts.of),
    /** Adds a credential, or replaces the one of the same sid; false when there is no such account. */
    rotate: async ({ accountSid, sid, secretHash, createdAt }: Credential) => {
      const { count } = await sql.run(
        `INSERT INTO credentials (account_sid, sid, secret_hash, created_at)
         SELECT sid, CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint) FROM accounts WHERE sid = $1
         ON CONFLICT (account_sid, sid)
         DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at`,
        [accountSid, sid, secretHash, createdAt],
      );
      return count > 0;
    },
    credential: async (sid: string): Promise<Credential | undefined> =>
      (await sql.read(selectCredential, [sid])).map(credentials.of)[0],
    /** The account's API keys, oldest first. */
    keys: async (accountSid: string) => {
      const rows = await sql.read(
        `SELECT ${credentials.fieldColumns} FROM credentials
         WHERE account_sid = $1 AND sid <> account_sid ORDER BY created_at, sid`,
        [accountSid],
      );
      return rows.map(credentials.of);
    },
    /** Takes an API key back; false when the account has no such key. */
    revoke: async (accountSid: string, keySid: string) => {
      const { count } = await sql.run(
        "DELETE FROM credentials WHERE account_sid = $1 AND sid = $2 AND sid <> account_sid",
        [accountSid, keySid],
      );
      return count > 0;
    },
  };
}

const selectCredential = `SELECT ${credentials.fieldColumns} FROM credentials WHERE sid = $1`;

export const requestCounts: Keeping = {
  name: "request_counts",
  owner: "account",
  key: ["account_sid", "name"],
  columns: ["account_sid", "name", "windows", "updated_at"],
  erased: { column: "updated_at" },
};

export type RequestStore = ReturnType<typeof requestStore>;

export function requestStore(sql: Sql) {
  return {
    /** Writes what nobody reads: it is on disk when this resolves, as everything else would be. */
    async touch(now: number) {
      await sql.run(
        `INSERT INTO request_counts (account_sid, name, windows, updated_at) VALUES ('', 'readiness', '[]', $1)
         ON CONFLICT (account_sid, name) DO UPDATE SET updated_at = excluded.updated_at`,
        [now],
      );
    },
    /**
     * Counts a request of that name, unless one of the account's limits on it is used up. It is exact, however many
     * processes count at the same time.
     * @returns 0, or the seconds until it would be counted.
     */
    count: ({ accountSid, name }: CountedRequest, limits: readonly RequestLimit[], now: number): Promise<number> =>
      sql.transact(function* () {
        // It locks the row whether there was one or not, so that nobody else counts meanwhile.
        const { rows } = yield* run(
          `INSERT INTO request_counts AS r (account_sid, name, windows, updated_at) VALUES ($1, $2, '[]', $3)
           ON CONFLICT (account_sid, name) DO UPDATE SET updated_at = r.updated_at RETURNING windows`,
          [accountSid, name, now],
        );
        const windows = rows[0]?.[0];
        const counted = countRequest(typeof windows === "string" ? JSON.parse(windows) : windows, limits, now);
        if ("retryAfterSeconds" in counted) return counted.retryAfterSeconds;
        yield* run("UPDATE request_counts SET windows = $3, updated_at = $4 WHERE account_sid = $1 AND name = $2", [
          accountSid,
          name,
          counted.windows,
          now,
        ]);
        return 0;
      }),
  };
}

interface CountedRequest {
  accountSid: string;
  name: string;
}

/** Counts a request of an account; the refusal when a limit on those of that name is used up. */
export async function tooManyRequests(
  { requests, clock }: { requests: RequestStore; clock: Clock },
  request: CountedRequest,
  limits: readonly RequestLimit[],
): Promise<{ ok: false; refusal: Refusal<20429> } | undefined> {
  const retryAfterSeconds = await requests.count(request, limits, clock());
  return retryAfterSeconds > 0 ? refused(20429, { retryAfterSeconds }) : undefined;
}
