import { attempts, changeAttempts } from "../../attempts/store.ts";
import { type OutboxStore, outboxReads } from "../../delivery/outbox.ts";
import type { Reaction } from "../../events/reactions.ts";
import { run, type Sql } from "../../sql/text.ts";

export function createOutboxStore(sql: Sql, reactions: readonly Reaction[]): OutboxStore {
  return {
    ...outboxReads(sql),
    settle: (done, now) =>
      sql.transact(function* () {
        for (const { message, report, reference = null } of done) {
          const { serviceSid, createdAt, attemptSid } = message;
          const { count } = yield* run(
            "DELETE FROM outbox WHERE service_sid = $1 AND created_at = $2 AND attempt_sid = $3",
            [serviceSid, createdAt, attemptSid],
          );
          if (count === 0) continue;
          yield* changeAttempts(
            `UPDATE attempts SET status = $1, error_code = $2, reference = $3, updated_at = $4
             WHERE sid = $5 AND service_sid = $6 AND status = 'queued' RETURNING ${attempts.fieldColumns}`,
            [report.status, report.errorCode, reference, now, attemptSid, serviceSid],
            reactions,
          );
        }
      }),
    retry: (failures) =>
      sql.transact(function* () {
        for (const { message, dueAt, errorCode } of failures) {
          const { serviceSid, createdAt, attemptSid, tries } = message;
          yield* run(
            `UPDATE outbox SET due_at = $1, error_code = $2
             WHERE service_sid = $3 AND created_at = $4 AND attempt_sid = $5 AND tries = $6`,
            [dueAt, errorCode, serviceSid, createdAt, attemptSid, tries],
          );
        }
      }),
  };
}
