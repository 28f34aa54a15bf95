import { table } from "../sql/table.ts";
import { parameters, run, type Sql, type Value, type Work } from "../sql/text.ts";
import type { ClaimedPost, PostStore, WebhookPost } from "./posts.ts";

export const posts = table<ClaimedPost>({
  name: "webhook_deliveries",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    serviceSid: "plain",
    sid: "plain",
    accountSid: "plain",
    webhookId: "plain",
    payload: "json",
    createdAt: "plain",
    tries: "plain",
  },
  // Null where it was given up.
  besides: ["due_at", "parked_at", "error"],
  erased: { column: "created_at" },
});

const { fieldColumns } = posts;

export function postStore(sql: Sql): PostStore {
  return {
    add: (added) => sql.transact(() => addPosts(added)),
    async nextDueAt() {
      const rows = await sql.read("SELECT min(due_at) FROM webhook_deliveries WHERE due_at IS NOT NULL");
      return (rows[0]?.[0] as number | null) ?? undefined;
    },
    async claim(limit, leaseSeconds, now) {
      // Workers that claim at the same time pass over each other's rows instead of waiting for them.
      const { rows } = await sql.run(
        `WITH due AS (
           SELECT service_sid, sid FROM webhook_deliveries WHERE due_at <= $1
           ORDER BY due_at, created_at, sid LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         UPDATE webhook_deliveries SET due_at = $3, tries = tries + 1
         WHERE (service_sid, sid) IN (SELECT service_sid, sid FROM due) RETURNING ${fieldColumns}`,
        [now, limit, now + leaseSeconds * 1000],
      );
      return rows.map(posts.of).sort((a, b) => a.createdAt - b.createdAt);
    },
    async settle({ serviceSid, sid }, result) {
      const key = [serviceSid, sid];
      if (result.status === "done") {
        await sql.run("DELETE FROM webhook_deliveries WHERE service_sid = $1 AND sid = $2", key);
        return;
      }
      const isParked = result.status === "parked";
      await sql.run(
        "UPDATE webhook_deliveries SET due_at = $3, parked_at = $4, error = $5 WHERE service_sid = $1 AND sid = $2",
        [...key, isParked ? null : result.at, isParked ? result.at : null, result.error],
      );
    },
    async parked(accountSid) {
      const rows = await sql.read(
        `SELECT ${fieldColumns}, parked_at, error FROM webhook_deliveries
         WHERE account_sid = $1 AND parked_at IS NOT NULL ORDER BY parked_at DESC, sid LIMIT 1000`,
        [accountSid],
      );
      return rows.map((row) => {
        const [parkedAt, error] = row.slice(-2) as [number, string];
        return { ...posts.of(row), parkedAt, error };
      });
    },
    async parkedCount() {
      const rows = await sql.read("SELECT count(*) FROM webhook_deliveries WHERE parked_at IS NOT NULL");
      return Number(rows[0]?.[0]);
    },
    async unpark(sid, now) {
      const { count } = await sql.run(
        `UPDATE webhook_deliveries SET due_at = $2, parked_at = NULL, error = NULL, tries = 0
         WHERE sid = $1 AND parked_at IS NOT NULL`,
        [sid, now],
      );
      return count > 0;
    },
  };
}

const insert = `INSERT INTO webhook_deliveries (${fieldColumns}, due_at) VALUES (${parameters(8)})`;

/** Adds posts within a transaction. */
export function* addPosts(posts: readonly WebhookPost[]): Work<void> {
  for (const post of posts) yield* run(insert, newPostRow(post));
}

/** A post as it is added, in the order of the table's fields, and then when it is due: at once. */
export function newPostRow(post: WebhookPost): Value[] {
  return [...posts.row({ ...post, tries: 0 }), post.createdAt];
}
