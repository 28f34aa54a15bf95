import { table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import type { Account, AccountStore, Credential } from "./account.ts";

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

export function accountStore(sql: Sql): AccountStore {
  return {
    create: (account, credential) =>
      sql.transact(function* () {
        yield* run(accounts.insert, accounts.row(account));
        yield* run(credentials.insert, credentials.row(credential));
      }),
    list: async () =>
      (await sql.read(`SELECT ${accounts.fieldColumns} FROM accounts ORDER BY created_at, sid`)).map(accounts.of),
    // It inserts nothing for an account that does not exist.
    rotate: async ({ accountSid, sid, secretHash, createdAt }) => {
      const { count } = await sql.run(
        `INSERT INTO credentials (account_sid, sid, secret_hash, created_at)
         SELECT sid, CAST($2 AS text), CAST($3 AS text), CAST($4 AS bigint) FROM accounts WHERE sid = $1
         ON CONFLICT (account_sid, sid)
         DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at`,
        [accountSid, sid, secretHash, createdAt],
      );
      return count > 0;
    },
    credential: async (sid) => (await sql.read(selectCredential, [sid])).map(credentials.of)[0],
    keys: async (accountSid) => {
      const rows = await sql.read(
        `SELECT ${credentials.fieldColumns} FROM credentials
         WHERE account_sid = $1 AND sid <> account_sid ORDER BY created_at, sid`,
        [accountSid],
      );
      return rows.map(credentials.of);
    },
    revoke: async (accountSid, keySid) => {
      const { count } = await sql.run(
        "DELETE FROM credentials WHERE account_sid = $1 AND sid = $2 AND sid <> account_sid",
        [accountSid, keySid],
      );
      return count > 0;
    },
  };
}

const selectCredential = `SELECT ${credentials.fieldColumns} FROM credentials WHERE sid = $1`;
