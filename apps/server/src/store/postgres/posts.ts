import type { ClaimedPost, ParkedPost, PostStore, WebhookPost } from "../../events/posts.ts";
import type { Database } from "./database.ts";

export function createPostStore(db: Database): PostStore {
  return {
    async add(posts) {
      await db.query(insertPosts("$1"), [JSON.stringify(posts.map(postRow))]);
    },

    async nextDueAt() {
      const { rows } = await db.query<{ due_at: number | null }>(
        "SELECT min(due_at) AS due_at FROM webhook_deliveries WHERE due_at IS NOT NULL",
      );
      return rows[0]?.due_at ?? undefined;
    },

    async claim(limit, leaseSeconds, now) {
      // Workers that claim at the same time pass over each other's rows instead of waiting for them.
      const { rows } = await db.query<ClaimedPost>(
        `WITH due AS (
           SELECT service_sid, sid FROM webhook_deliveries WHERE due_at <= $1
           ORDER BY due_at, created_at, sid LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
           UPDATE webhook_deliveries AS d SET due_at = $3, tries = d.tries + 1 FROM due
           WHERE d.service_sid = due.service_sid AND d.sid = due.sid RETURNING d.*
         )
         SELECT ${fields} FROM claimed ORDER BY created_at, sid`,
        [now, limit, now + leaseSeconds * 1000],
      );
      return rows;
    },

    async settle({ serviceSid, sid }, result) {
      const key = [serviceSid, sid];
      if (result.status === "done") {
        await db.query("DELETE FROM webhook_deliveries WHERE service_sid = $1 AND sid = $2", key);
      } else {
        const isParked = result.status === "parked";
        await db.query(
          `UPDATE webhook_deliveries SET due_at = $3, parked_at = $4, error = $5
           WHERE service_sid = $1 AND sid = $2`,
          [...key, isParked ? null : result.at, isParked ? result.at : null, result.error],
        );
      }
    },

    async parked(accountSid) {
      const { rows } = await db.query<ParkedPost>(
        `SELECT ${fields}, parked_at AS "parkedAt", error FROM webhook_deliveries
         WHERE account_sid = $1 AND parked_at IS NOT NULL ORDER BY parked_at DESC, sid LIMIT 1000`,
        [accountSid],
      );
      return rows;
    },

    async parkedCount() {
      const { rows } = await db.query<{ count: number }>(
        "SELECT count(*) AS count FROM webhook_deliveries WHERE parked_at IS NOT NULL",
      );
      return rows[0]?.count ?? 0;
    },

    async unpark(sid, now) {
      const { rowCount } = await db.query(
        `UPDATE webhook_deliveries SET due_at = $2, parked_at = NULL, error = NULL, tries = 0
         WHERE sid = $1 AND parked_at IS NOT NULL`,
        [sid, now],
      );
      return rowCount !== 0;
    },
  };
}

const fields = `service_sid AS "serviceSid", sid, account_sid AS "accountSid", webhook_id AS "webhookId", payload,
  created_at AS "createdAt", tries`;

const columns = "service_sid, sid, account_sid, webhook_id, payload, created_at, tries, due_at";

/** The statement that adds rows of `postRow`, which a parameter has as JSON. */
export function insertPosts(rows: string): string {
  return `INSERT INTO webhook_deliveries (${columns})
    SELECT ${columns} FROM json_populate_recordset(NULL::webhook_deliveries, ${rows})`;
}

/** It is due at once. */
export function postRow({ serviceSid, sid, accountSid, webhookId, payload, createdAt }: WebhookPost) {
  return {
    service_sid: serviceSid,
    sid,
    account_sid: accountSid,
    webhook_id: webhookId,
    payload,
    created_at: createdAt,
    tries: 0,
    due_at: createdAt,
  };
}
