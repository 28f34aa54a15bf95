import type { OutboxStore } from "../../delivery/outbox.ts";
import { changeAttempts, lockingAttempts } from "./attempts.ts";
import type { Database } from "./database.ts";
import { type ClaimedMessageRow, claimedOf } from "./rows.ts";

export function createOutboxStore(db: Database): OutboxStore {
  return {
    async nextDueAt() {
      const { rows } = await db.query<{ due_at: number | null }>("SELECT min(due_at) AS due_at FROM outbox");
      return rows[0]?.due_at ?? undefined;
    },

    async waiting() {
      const { rows } = await db.query<{ count: number; oldest: number | null }>(
        "SELECT count(*) AS count, min(created_at) AS oldest FROM outbox",
      );
      return { count: rows[0]?.count ?? 0, oldestCreatedAt: rows[0]?.oldest ?? undefined };
    },

    async claim(limit, leaseSeconds, now) {
      // Workers that claim at the same time pass over each other's rows instead of waiting for them.
      const { rows } = await db.query<ClaimedMessageRow>(
        `WITH due AS (
           SELECT service_sid, attempt_sid FROM outbox WHERE due_at <= $1
           ORDER BY created_at, attempt_sid LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
           UPDATE outbox AS o SET due_at = $3, tries = o.tries + 1 FROM due
           WHERE o.service_sid = due.service_sid AND o.attempt_sid = due.attempt_sid
           RETURNING o.service_sid, o.attempt_sid, o.account_sid, o.channel, o.sealed, o.created_at, o.expires_at,
             o.tries, o.error_code
         )
         SELECT * FROM claimed ORDER BY created_at, attempt_sid`,
        [now, limit, now + leaseSeconds * 1000],
      );
      return rows.map(claimedOf);
    },

    async settle(done, now, postsOf) {
      const rows = done.map(
        ({ message: { serviceSid, attemptSid }, report: { status, errorCode }, reference = null }) => ({
          service_sid: serviceSid,
          sid: attemptSid,
          status,
          error_code: errorCode,
          reference,
        }),
      );
      await changeAttempts(
        db,
        `WITH done AS (SELECT * FROM json_populate_recordset(NULL::attempts, $1)), removed AS (
           DELETE FROM outbox AS o USING done AS d WHERE o.service_sid = d.service_sid AND o.attempt_sid = d.sid
           RETURNING d.service_sid, d.sid, d.status, d.error_code, d.reference
         )
         UPDATE attempts AS a SET status = r.status, error_code = r.error_code, reference = r.reference, updated_at = $2
         FROM (${lockingAttempts("removed")}) AS r
         WHERE a.service_sid = r.service_sid AND a.sid = r.sid AND a.status = 'queued'`,
        [JSON.stringify(rows), now],
        postsOf,
      );
    },

    async retry(failures) {
      const rows = failures.map(({ message: { serviceSid, attemptSid, tries }, dueAt, errorCode }) => ({
        service_sid: serviceSid,
        attempt_sid: attemptSid,
        tries,
        due_at: dueAt,
        error_code: errorCode,
      }));
      await db.query(
        `UPDATE outbox AS o SET due_at = f.due_at, error_code = f.error_code
         FROM json_populate_recordset(NULL::outbox, $1) AS f
         WHERE o.service_sid = f.service_sid AND o.attempt_sid = f.attempt_sid AND o.tries = f.tries`,
        [JSON.stringify(rows)],
      );
    },
  };
}
