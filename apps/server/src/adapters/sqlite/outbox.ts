import type { OutboxStore } from "../../ports.ts";
import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";
import { type MessageRow, messageColumns, messageOf } from "./rows.ts";

export function createOutboxStore(db: Connection, lane: Lane): OutboxStore {
  const claim = db.prepare<MessageRow>(
    `UPDATE outbox SET due_at = ?
     WHERE (service_sid, created_at, attempt_sid) IN (SELECT service_sid, created_at, attempt_sid FROM outbox WHERE due_at <= ? ORDER BY due_at, created_at, attempt_sid LIMIT ?)
     RETURNING ${messageColumns}`,
  );
  const remove = db.prepare("DELETE FROM outbox WHERE service_sid = ? AND attempt_sid = ?");

  return {
    // What waits longest comes first. A message that is tried again waits since its last lease, so it holds up no other.
    claim: (limit, leaseSeconds, now) =>
      lane.write(() =>
        claim
          .all([now + leaseSeconds * 1000, now, limit])
          .map(messageOf)
          .sort((a, b) => a.createdAt - b.createdAt),
      ),
    remove: ({ serviceSid, attemptSid }) => lane.write(() => void remove.run([serviceSid, attemptSid])),
  };
}
