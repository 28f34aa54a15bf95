import type { ClaimedPost, PostStore, WebhookPost } from "../../events/posts.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";

export function createPostStore(db: Database): PostStore {
  const add = createPostWriter(db.writer);
  const next = db.reader.prepare<[dueAt: number | null]>(
    "SELECT min(due_at) FROM webhook_deliveries WHERE due_at IS NOT NULL",
  );
  const claim = db.writer.prepare<ClaimedRow>(
    `UPDATE webhook_deliveries SET due_at = ?, tries = tries + 1
     WHERE (service_sid, sid) IN
       (SELECT service_sid, sid FROM webhook_deliveries WHERE due_at <= ? ORDER BY due_at, created_at, sid LIMIT ?)
     RETURNING ${columns}, tries`,
  );
  const remove = db.writer.prepare("DELETE FROM webhook_deliveries WHERE service_sid = ? AND sid = ?");
  const change = db.writer.prepare(
    "UPDATE webhook_deliveries SET due_at = ?, parked_at = ?, error = ? WHERE service_sid = ? AND sid = ?",
  );
  const parked = db.reader.prepare<[...ClaimedRow, parkedAt: number, error: string]>(
    `SELECT ${columns}, tries, parked_at, error FROM webhook_deliveries
     WHERE account_sid = ? AND parked_at IS NOT NULL ORDER BY parked_at DESC, sid LIMIT 1000`,
  );
  const parkedCount = db.reader.prepare<[count: number]>(
    "SELECT count(*) FROM webhook_deliveries WHERE parked_at IS NOT NULL",
  );
  const unpark = db.writer.prepare(
    `UPDATE webhook_deliveries SET due_at = ?, parked_at = NULL, error = NULL, tries = 0
     WHERE sid = ? AND parked_at IS NOT NULL`,
  );

  return {
    add: (posts) => db.write(() => add(posts)),
    nextDueAt: () => db.read(() => next.get([])?.[0] ?? undefined),
    claim: (limit, leaseSeconds, now) =>
      db.write(() =>
        claim
          .all([now + leaseSeconds * 1000, now, limit])
          .map(claimedOf)
          .sort((a, b) => a.createdAt - b.createdAt),
      ),
    settle: ({ serviceSid, sid }, result) =>
      db.write(() => {
        if (result.status === "done") return remove.execute([serviceSid, sid]);
        const isParked = result.status === "parked";
        change.execute([isParked ? null : result.at, isParked ? result.at : null, result.error, serviceSid, sid]);
      }),
    parked: (accountSid) =>
      db.read(() =>
        parked.all([accountSid]).map(([...row]) => {
          const [parkedAt, error] = row.splice(-2) as [number, string];
          return { ...claimedOf(row as unknown as ClaimedRow), parkedAt, error };
        }),
      ),
    parkedCount: () => db.read(() => parkedCount.get([])?.[0] ?? 0),
    unpark: (sid, now) => db.write(() => unpark.run([now, sid]) > 0),
  };
}

/** Makes the function that adds posts, which are due at once, within a transaction. */
export function createPostWriter(connection: Connection): (posts: readonly WebhookPost[]) => void {
  const insert = connection.prepare(
    `INSERT INTO webhook_deliveries (${columns}, tries, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?6)`,
  );
  return (posts) => {
    for (const { serviceSid, sid, accountSid, webhookId, payload, createdAt } of posts) {
      insert.execute([serviceSid, sid, accountSid, webhookId, JSON.stringify(payload), createdAt]);
    }
  };
}

const columns = "service_sid, sid, account_sid, webhook_id, payload, created_at";

type ClaimedRow = [
  serviceSid: string,
  sid: string,
  accountSid: string,
  webhookId: string,
  payload: string,
  createdAt: number,
  tries: number,
];

function claimedOf([serviceSid, sid, accountSid, webhookId, payload, createdAt, tries]: ClaimedRow): ClaimedPost {
  return { accountSid, serviceSid, sid, webhookId, payload: JSON.parse(payload), createdAt, tries };
}
