import type { Store } from "../store.ts";
import type { Database } from "./database.ts";
import { factLines, factsOf } from "./rows.ts";

/** The facts stand in the row of its verification, and lives as long. */
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

/** Verifications that began before and ended after are few: those of one window. */
export function createFactEraser(db: Database): (before: number) => Promise<void> {
  const select = db.writer.prepare<[rowid: number, events: string]>(
    "SELECT rowid, events FROM verifications WHERE created_at < ?",
  );
  const update = db.writer.prepare("UPDATE verifications SET events = ? WHERE rowid = ?");
  return (before) =>
    db.write(() => {
      for (const [rowid, lines] of select.all([before])) {
        const kept = factsOf(lines).filter(({ at }) => at >= before);
        update.execute([factLines(kept), rowid]);
      }
    });
}
