import type { OutboxStore } from "../../ports.ts";
import type { Database } from "./database.ts";
import { type MessageRow, messageOf } from "./rows.ts";

export function createOutboxStore(db: Database): OutboxStore {
  return {
    async claim(limit, leaseSeconds, now) {
      // Workers that claim at the same time pass over each other's rows instead of waiting for them.
      const { rows } = await db.query<MessageRow>(
        `WITH due AS (
           SELECT service_sid, attempt_sid FROM outbox WHERE due_at <= $1
           ORDER BY created_at, attempt_sid LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
           UPDATE outbox AS o SET due_at = $3 FROM due
           WHERE o.service_sid = due.service_sid AND o.attempt_sid = due.attempt_sid
           RETURNING o.service_sid, o.attempt_sid, o.account_sid, o.channel, o.sealed, o.created_at, o.expires_at
         )
         SELECT * FROM claimed ORDER BY created_at, attempt_sid`,
        [now, limit, now + leaseSeconds * 1000],
      );
      return rows.map(messageOf);
    },

    async settle(done, now) {
      const rows = done.map(({ message: { serviceSid, attemptSid }, report: { status, errorCode } }) => ({
        service_sid: serviceSid,
        sid: attemptSid,
        status,
        error_code: errorCode,
      }));
      await db.query(
        `WITH done AS (SELECT * FROM json_populate_recordset(NULL::attempts, $1)), reported AS (
           UPDATE attempts AS a SET status = d.status, error_code = d.error_code, updated_at = $2
           FROM done AS d WHERE a.service_sid = d.service_sid AND a.sid = d.sid
         )
         DELETE FROM outbox AS o USING done AS d WHERE o.service_sid = d.service_sid AND o.attempt_sid = d.sid`,
        [JSON.stringify(rows), now],
      );
    },
  };
}
