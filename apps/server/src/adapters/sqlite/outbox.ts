import type { OutboxStore } from "../../ports.ts";
import { createReporter } from "./attempts.ts";
import type { Database } from "./database.ts";
import { type MessageRow, messageColumns, messageOf } from "./rows.ts";

export function createOutboxStore(db: Database): OutboxStore {
  const claim = db.writer.prepare<MessageRow>(
    `UPDATE outbox SET due_at = ?
     WHERE (service_sid, created_at, attempt_sid) IN
       (SELECT service_sid, created_at, attempt_sid FROM outbox
        WHERE due_at <= ? ORDER BY due_at, created_at, attempt_sid LIMIT ?)
     RETURNING ${messageColumns}`,
  );
  const recordReport = createReporter(db.writer);
  const remove = db.writer.prepare("DELETE FROM outbox WHERE service_sid = ? AND created_at = ? AND attempt_sid = ?");

  return {
    // What waits longest comes first. A message that is tried again waits since its last lease, so it holds up no other.
    claim: (limit, leaseSeconds, now) =>
      db.write(() =>
        claim
          .all([now + leaseSeconds * 1000, now, limit])
          .map(messageOf)
          .sort((a, b) => a.createdAt - b.createdAt),
      ),
    settle: (done, now) =>
      db.write(() => {
        for (const { message, report } of done) {
          const { serviceSid, createdAt, attemptSid } = message;
          remove.execute([serviceSid, createdAt, attemptSid]);
          recordReport(serviceSid, attemptSid, report, now);
        }
      }),
  };
}
