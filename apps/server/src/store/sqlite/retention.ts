import type { VerificationFact } from "../../verifications/fact.ts";
import type { Store } from "../store.ts";
import type { Database } from "./database.ts";
import { factLines, factsOf } from "./rows.ts";
import type { ServiceCache } from "./services.ts";

/** The log of facts stands in the row of its verification, and lives as long. */
export function createFactReader(db: Database): Store["facts"] {
  const select = db.reader.prepare<[accountSid: string, events: string]>(
    `SELECT s.account_sid, v.events FROM verifications AS v JOIN services AS s ON s.sid = v.service_sid
     WHERE v.service_sid = ? AND v.sid = ?`,
  );
  return (serviceSid, verificationSid) =>
    db.read(() => {
      const [accountSid, lines] = select.get([serviceSid, verificationSid]) ?? [];
      if (accountSid === undefined || lines === undefined) return [];
      return factsOf(lines).map((fact) => ({ accountSid, serviceSid, verificationSid, ...fact }));
    });
}

/** So many rows in one transaction, that requests need not wait long. */
const rowsPerStep = 500;

/** Works in steps. One that fails leaves the earlier ones done, and the next call goes on. */
export function createEraser(db: Database): Store["erase"] {
  const removeVerifications = db.writer.prepare(
    `DELETE FROM verifications WHERE rowid IN
       (SELECT rowid FROM verifications WHERE created_at < ?1 AND ended_at < ?1 LIMIT ${rowsPerStep})`,
  );
  const removeMessages = db.writer.prepare(
    `DELETE FROM outbox WHERE (service_sid, created_at, attempt_sid) IN
       (SELECT service_sid, created_at, attempt_sid FROM outbox WHERE created_at < ? LIMIT ${rowsPerStep})`,
  );
  const removePosts = db.writer.prepare(
    `DELETE FROM webhook_deliveries WHERE (service_sid, sid) IN
       (SELECT service_sid, sid FROM webhook_deliveries WHERE created_at < ? LIMIT ${rowsPerStep})`,
  );
  const removeCounts = db.writer.prepare(
    `DELETE FROM request_counts WHERE (account_sid, name) IN
       (SELECT account_sid, name FROM request_counts WHERE updated_at < ? LIMIT ${rowsPerStep})`,
  );
  const removeAttempts = db.writer.prepare(
    `DELETE FROM attempts WHERE (account_sid, created_at, sid) IN
       (SELECT account_sid, created_at, sid FROM attempts WHERE account_sid = ? AND created_at < ? LIMIT ${rowsPerStep})`,
  );
  // A search for each account: the table begins with it.
  const nextAccount = db.reader.prepare<[sid: string | null]>(
    "SELECT min(account_sid) FROM attempts WHERE account_sid > ?",
  );
  const forgetFacts = createFactEraser(db);

  const repeat = async (step: () => number) => {
    while ((await db.write(step)) === rowsPerStep);
  };
  return async (before) => {
    await repeat(() => removeVerifications.run([before]));
    await db.write(() => forgetFacts(before));
    await repeat(() => removeMessages.run([before]));
    await repeat(() => removePosts.run([before]));
    await repeat(() => removeCounts.run([before]));
    let account: string | null | undefined = "";
    while (account !== undefined && account !== null) {
      const [sid]: [string | null] = (await db.read(() => nextAccount.get([account as string]))) ?? [null];
      if (sid !== null) await repeat(() => removeAttempts.run([sid, before]));
      account = sid;
    }
    // What was deleted is overwritten in the file, but still stands in the log of writes until that begins anew.
    await db.checkpoint();
  };
}

/** Verifications that began before and ended after are few: those of one window. */
function createFactEraser(db: Database): (before: number) => void {
  const select = db.writer.prepare<[rowid: number, events: string]>(
    "SELECT rowid, events FROM verifications WHERE created_at < ?",
  );
  const update = db.writer.prepare("UPDATE verifications SET events = ? WHERE rowid = ?");
  return (before) => {
    for (const [rowid, lines] of select.all([before])) {
      const kept = factsOf(lines).filter(({ at }) => at >= before) as VerificationFact[];
      update.execute([factLines(kept), rowid]);
    }
  };
}

export function createReset(db: Database, services: ServiceCache): Store["reset"] {
  const tables = [
    "prefix_blocks",
    "guard_counts",
    "request_counts",
    "webhook_deliveries",
    "signature_nonces",
    "applications",
    "outbox",
    "attempts",
    "verifications",
    "services",
  ];
  return () =>
    db.write(() => {
      services.clear();
      for (const table of tables) db.writer.exec(`DELETE FROM ${table}`);
    });
}
