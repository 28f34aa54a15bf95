import type { AccountStore, Credential } from "../../accounts/account.ts";
import type { Database } from "./database.ts";

type AccountRow = [sid: string, friendlyName: string, createdAt: number];
type CredentialRow = [accountSid: string, sid: string, secretHash: string, createdAt: number];

export function createAccountStore(db: Database): AccountStore {
  const insert = db.writer.prepare("INSERT INTO accounts (sid, friendly_name, created_at) VALUES (?, ?, ?)");
  const insertCredential = db.writer.prepare(
    "INSERT INTO credentials (account_sid, sid, secret_hash, created_at) VALUES (?, ?, ?, ?)",
  );
  const select = db.reader.prepare<AccountRow>(
    "SELECT sid, friendly_name, created_at FROM accounts ORDER BY created_at, sid",
  );
  const replace = db.writer.prepare(
    `INSERT INTO credentials (account_sid, sid, secret_hash, created_at)
     SELECT sid, ?, ?, ? FROM accounts WHERE sid = ?
     ON CONFLICT (account_sid, sid)
     DO UPDATE SET secret_hash = excluded.secret_hash, created_at = excluded.created_at`,
  );
  const selectKeys = db.reader.prepare<CredentialRow>(
    `SELECT account_sid, sid, secret_hash, created_at FROM credentials
     WHERE account_sid = ? AND sid <> account_sid ORDER BY created_at, sid`,
  );
  const removeKey = db.writer.prepare(
    "DELETE FROM credentials WHERE account_sid = ? AND sid = ? AND sid <> account_sid",
  );
  const selectCredential = db.reader.prepare<CredentialRow>(
    "SELECT account_sid, sid, secret_hash, created_at FROM credentials WHERE sid = ?",
  );

  return {
    create: ({ sid, friendlyName, createdAt }, credential) =>
      db.write(() => {
        insert.execute([sid, friendlyName, createdAt]);
        const { accountSid, secretHash } = credential;
        insertCredential.execute([accountSid, credential.sid, secretHash, credential.createdAt]);
      }),
    list: () =>
      db.read(() => select.all([]).map(([sid, friendlyName, createdAt]) => ({ sid, friendlyName, createdAt }))),
    rotate: ({ accountSid, sid, secretHash, createdAt }) =>
      db.write(() => replace.run([sid, secretHash, createdAt, accountSid]) > 0),
    credential: (sid) =>
      db.read(() => {
        const row = selectCredential.get([sid]);
        return row && credentialOf(row);
      }),
    keys: (accountSid) => db.read(() => selectKeys.all([accountSid]).map(credentialOf)),
    revoke: (accountSid, keySid) => db.write(() => removeKey.run([accountSid, keySid]) > 0),
  };
}

function credentialOf([accountSid, sid, secretHash, createdAt]: CredentialRow): Credential {
  return { accountSid, sid, secretHash, createdAt };
}
