import type { Scope } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Author } from "../kernel/handler.ts";
import { countRequest, type RequestLimit } from "../kernel/limits.ts";
import type { PageRequest } from "../kernel/page.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import { readPage } from "../sql/page.ts";
import { changesOf, type OnChange } from "../sql/resources.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";

/** A credential that authenticates an account. Secrets are stored hashed. */
export interface Credential {
  accountSid: string;
  /** The account's own sid for its auth token, or the sid of an API key. */
  sid: string;
  friendlyName: string | null;
  /** What a key may do; the token may do everything. */
  scopes: readonly Scope[];
  secretHash: string;
  /** Of the secret before, which works until the overlap ends; with the salt of the other. */
  previousHash: string | null;
  overlapEndsAt: number | null;
  createdAt: number;
  rotatedAt: number | null;
  /** From when on it authenticates nobody. */
  expiresAt: number | null;
  /** To the minute. */
  lastUsedAt: number | null;
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
  person: { none: "an account is a tenant's own" },
  fields: { sid: "plain", friendlyName: "plain", createdAt: "plain" },
  audited: { as: "account", shows: ({ friendlyName }) => ({ friendlyName }) },
  erased,
  survivesReset,
});

export const credentials = table<Credential>({
  name: "credentials",
  owner: "account",
  key: ["account_sid", "sid"],
  fields: {
    accountSid: "plain",
    sid: "plain",
    friendlyName: "plain",
    scopes: "json",
    secretHash: "plain",
    previousHash: "plain",
    overlapEndsAt: "plain",
    createdAt: "plain",
    rotatedAt: "plain",
    expiresAt: "plain",
    lastUsedAt: "plain",
  },
  audited: { as: "key", shows: shownOf },
  person: { none: "a key is a tenant's own" },
  erased,
  survivesReset,
});

/** A token is named by its account. */
function shownOf({ friendlyName, scopes, expiresAt, rotatedAt, overlapEndsAt }: Credential): object {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  const dates = { dateExpires: time(expiresAt), dateRotated: time(rotatedAt), dateOverlapEnds: time(overlapEndsAt) };
  return { friendlyName, scopes, ...dates };
}

export type AccountStore = ReturnType<typeof accountStore>;

/** How often it is written that a credential is used. */
export const useSeconds = 60;

export function accountStore(sql: Sql, onChange: OnChange) {
  const told = changesOf(credentials, onChange);

  function* lock(accountSid: string, sid: string): Work<Credential | undefined> {
    const { rows } = yield* run(`${selectCredential} AND account_sid = $2 FOR UPDATE`, [sid, accountSid]);
    return rows.map(credentials.of)[0];
  }

  return {
    create: (account: Account, credential: Credential, by: Author) =>
      sql.transact(function* () {
        yield* run(accounts.insert, accounts.row(account));
        yield* run(credentials.insert, credentials.row(credential));
        yield* changesOf(accounts, onChange)(by, null, { ...account, accountSid: account.sid });
      }),
    list: async () =>
      (await sql.read(`SELECT ${accounts.fieldColumns} FROM accounts ORDER BY created_at, sid`)).map(accounts.of),
    credential: async (sid: string): Promise<Credential | undefined> =>
      (await sql.read(selectCredential, [sid])).map(credentials.of)[0],
    /** Writes that a credential is used, unless that was written within a minute, by whatever process. */
    async used({ accountSid, sid }: Pick<Credential, "accountSid" | "sid">, now: number) {
      await sql.run(
        `UPDATE credentials SET last_used_at = $3 WHERE account_sid = $1 AND sid = $2
         AND (last_used_at IS NULL OR abs($3 - last_used_at) >= $4)`,
        [accountSid, sid, now, useSeconds * 1000],
      );
    },
    /** The account's API keys, oldest first. */
    keys: (accountSid: string, request: PageRequest) =>
      readPage(
        sql,
        credentials,
        { where: "account_sid = $1 AND sid <> account_sid", values: [accountSid] },
        "ASC",
        request,
      ),
    /** Adds an API key; false when there is no such account. Rejects for a sid that there is. */
    addKey: (key: Credential, by: Author) =>
      sql.transact(function* () {
        const { count } = yield* run("SELECT 1 FROM accounts WHERE sid = $1 FOR UPDATE", [key.accountSid]);
        if (count === 0) return false;
        yield* run(credentials.insert, credentials.row(key));
        yield* told(by, null, key);
        return true;
      }),
    /**
     * Gives a credential a new secret, beside which the one before works until the overlap ends. Undefined when the account
     * has no such credential.
     * @param hashOf hashes the new secret with the salt of the hash before
     */
    rotate: (
      { accountSid, sid }: Pick<Credential, "accountSid" | "sid">,
      hashOf: (before: string) => string,
      overlapSeconds: number,
      now: number,
      by: Author,
    ) =>
      sql.transact(function* () {
        const before = yield* lock(accountSid, sid);
        if (!before) return undefined;
        const overlaps = overlapSeconds > 0;
        const after: Credential = {
          ...before,
          secretHash: hashOf(before.secretHash),
          previousHash: overlaps ? before.secretHash : null,
          overlapEndsAt: overlaps ? now + overlapSeconds * 1000 : null,
          rotatedAt: now,
        };
        yield* run(
          `UPDATE credentials SET secret_hash = $3, previous_hash = $4, overlap_ends_at = $5, rotated_at = $6
           WHERE account_sid = $1 AND sid = $2`,
          [accountSid, sid, after.secretHash, after.previousHash, after.overlapEndsAt, now],
        );
        yield* told(by, before, after);
        return after;
      }),
    /** Takes an API key back; false when the account has no such key. */
    revoke: (accountSid: string, keySid: string, by: Author) =>
      sql.transact(function* () {
        const key = keySid === accountSid ? undefined : yield* lock(accountSid, keySid);
        if (!key) return false;
        yield* run("DELETE FROM credentials WHERE account_sid = $1 AND sid = $2", [accountSid, keySid]);
        yield* told(by, key, null);
        return true;
      }),
  };
}

const selectCredential = `SELECT ${credentials.fieldColumns} FROM credentials WHERE sid = $1`;

export const requestCounts: Keeping = {
  name: "request_counts",
  owner: "account",
  key: ["account_sid", "name"],
  columns: ["account_sid", "name", "windows", "updated_at"],
  erased: { column: "updated_at" },
  person: {
    as: "requests",
    // One that is counted for a verification ends with its sid.
    sought: ({ accountSid, hash }) => ({
      where: `account_sid = $1 AND EXISTS (SELECT 1 FROM verifications AS v WHERE v.recipient = $2
        AND v.sid = substr(name, length(name) - 33)
        AND v.service_sid IN (SELECT sid FROM services WHERE account_sid = $1))`,
      values: [accountSid, hash],
    }),
  },
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
    /** Counts a request of that name in a transaction of its own. */
    count: (request: CountedRequest, limits: readonly RequestLimit[], now: number): Promise<number> =>
      sql.transact(() => countedRequest(request, limits, now)),
  };
}

/**
 * Counts a request of that name, unless one of the account's limits on it is used up. It is exact, however many processes
 * count at the same time.
 * @returns 0, or the seconds until it would be counted.
 */
export function* countedRequest(
  { accountSid, name }: CountedRequest,
  limits: readonly RequestLimit[],
  now: number,
): Work<number> {
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
