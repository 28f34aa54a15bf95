import type { Account, AccountStore, Credential } from "../../accounts/account.ts";
import type { Database } from "./database.ts";

export function createAccountStore(db: Database): AccountStore {
  return {
    create: (account, credential) =>
      db.transaction(async (query) => {
        await query("INSERT INTO accounts (sid, friendly_name, created_at) VALUES ($1, $2, $3)", [
          account.sid,
          account.friendlyName,
          account.createdAt,
        ]);
        await query(insertCredential, valuesOf(credential));
      }),

    async list() {
      const { rows } = await db.query<Account>(
        'SELECT sid, friendly_name AS "friendlyName", created_at AS "createdAt" FROM accounts ORDER BY created_at, sid',
      );
      return rows;
    },

    async rotate(credential) {
      const { rowCount } = await db.query(
        `${insertCredential} ON CONFLICT (account_sid, sid) DO UPDATE
         SET secret_hash = excluded.secret_hash, created_at = excluded.created_at`,
        valuesOf(credential),
      );
      return rowCount === 1;
    },

    async credential(sid) {
      const { rows } = await db.query<Credential>(`SELECT ${credentialColumns} FROM credentials WHERE sid = $1`, [sid]);
      return rows[0];
    },

    async keys(accountSid) {
      const { rows } = await db.query<Credential>(
        `SELECT ${credentialColumns} FROM credentials
         WHERE account_sid = $1 AND sid <> account_sid ORDER BY created_at, sid`,
        [accountSid],
      );
      return rows;
    },

    async revoke(accountSid, keySid) {
      const { rowCount } = await db.query(
        "DELETE FROM credentials WHERE account_sid = $1 AND sid = $2 AND sid <> account_sid",
        [accountSid, keySid],
      );
      return rowCount === 1;
    },
  };
}

const credentialColumns = `account_sid AS "accountSid", sid, secret_hash AS "secretHash", created_at AS "createdAt"`;

/** Inserts nothing for an account that does not exist. */
const insertCredential = `
  INSERT INTO credentials (account_sid, sid, secret_hash, created_at)
  SELECT sid, $2::text, $3::text, $4::bigint FROM accounts WHERE sid = $1`;

const valuesOf = ({ accountSid, sid, secretHash, createdAt }: Credential) => [accountSid, sid, secretHash, createdAt];
