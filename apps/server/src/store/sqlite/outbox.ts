import type { OutboxStore } from "../../delivery/outbox.ts";
import type { Database } from "./database.ts";
import { createPostWriter } from "./posts.ts";
import {
  type AttemptRow,
  attemptColumns,
  attemptOf,
  type ClaimedMessageRow,
  claimedColumns,
  claimedOf,
} from "./rows.ts";

export function createOutboxStore(db: Database): OutboxStore {
  const next = db.reader.prepare<[dueAt: number | null]>("SELECT min(due_at) FROM outbox");
  const waiting = db.reader.prepare<[count: number, oldest: number | null]>(
    "SELECT count(*), min(created_at) FROM outbox",
  );
  const claim = db.writer.prepare<ClaimedMessageRow>(
    `UPDATE outbox SET due_at = ?, tries = tries + 1
     WHERE (service_sid, created_at, attempt_sid) IN
       (SELECT service_sid, created_at, attempt_sid FROM outbox
        WHERE due_at <= ? ORDER BY due_at, created_at, attempt_sid LIMIT ?)
     RETURNING ${claimedColumns}`,
  );
  const report = db.writer.prepare<AttemptRow>(
    `UPDATE attempts SET status = ?, error_code = ?, reference = ?, updated_at = ?
     WHERE sid = ? AND service_sid = ? AND status = 'queued' RETURNING ${attemptColumns}`,
  );
  const addPosts = createPostWriter(db.writer);
  const remove = db.writer.prepare("DELETE FROM outbox WHERE service_sid = ? AND created_at = ? AND attempt_sid = ?");
  const postpone = db.writer.prepare(
    `UPDATE outbox SET due_at = ?, error_code = ?
     WHERE service_sid = ? AND created_at = ? AND attempt_sid = ? AND tries = ?`,
  );

  return {
    nextDueAt: () => db.read(() => next.get([])?.[0] ?? undefined),
    waiting: () =>
      db.read(() => {
        const [count, oldest] = waiting.get([]) ?? [0, null];
        return { count, oldestCreatedAt: oldest ?? undefined };
      }),
    // What waits longest comes first. A message that is tried again waits since its last lease, so it holds up no other.
    claim: (limit, leaseSeconds, now) =>
      db.write(() =>
        claim
          .all([now + leaseSeconds * 1000, now, limit])
          .map(claimedOf)
          .sort((a, b) => a.createdAt - b.createdAt),
      ),
    settle: (done, now, postsOf) =>
      db.write(() => {
        for (const { message, report: reached, reference = null } of done) {
          const { serviceSid, createdAt, attemptSid } = message;
          if (remove.run([serviceSid, createdAt, attemptSid]) === 0) continue;
          const values = [reached.status, reached.errorCode, reference, now, attemptSid, serviceSid];
          const changed = report.all(values);
          if (postsOf) addPosts(changed.map(attemptOf).flatMap(postsOf));
        }
      }),
    retry: (failures) =>
      db.write(() => {
        for (const { message, dueAt, errorCode } of failures) {
          const { serviceSid, createdAt, attemptSid, tries } = message;
          postpone.execute([dueAt, errorCode, serviceSid, createdAt, attemptSid, tries]);
        }
      }),
  };
}
