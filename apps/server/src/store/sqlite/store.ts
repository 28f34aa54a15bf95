import { columnsFollowed, followAttempts } from "../../attempts/store.ts";
import { type OutboxWrites, settledAttempt } from "../../delivery/outbox.ts";
import { conversion, type Reaction } from "../../events/reactions.ts";
import type { Clock } from "../../kernel/clock.ts";
import { run, type Sql } from "../../sql/text.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import { type KeyWrapping, openDayKeys } from "../day-keys.ts";
import { createStore, type Store, type StoreLog } from "../store.ts";
import { verificationRows } from "./batch.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";

interface SqliteOptions {
  /** A file, which is made if there is none, or `:memory:`. */
  path: string;
  clock: Clock;
  /** How long a command waits for another process that writes to the same file. */
  busyTimeoutMs?: number;
  log?: StoreLog | undefined;
  wrapping?: KeyWrapping | undefined;
}

/**
 * Opens the store on SQLite and brings its tables up to date. Several processes may open the same file.
 * @throws StoreUnavailableError when the file cannot be opened.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, clock, busyTimeoutMs = 5000, log, wrapping } = options;
  const db = openDatabase(path, busyTimeoutMs, log);
  const reactions = [conversion];
  const dayKeys = await openDayKeys(db.sql, clock, "sqlite", wrapping);
  return createStore({
    kind: "sqlite",
    sql: db.sql,
    alone: db.alone,
    clock,
    reactions,
    dayKeys,
    decide: createDecider(db, { clock, reactions, dayKeys }),
    outbox: outboxWrites(db.sql, reactions, dayKeys.keys),
    verificationRows,
    log,
    isPending: "ended_at > $2 AND state ->> '$.status' = 'pending'",
    rowsPerStep: 500,
    // What was deleted is overwritten in the file, but still stands in the log of writes until that begins anew.
    erased: db.checkpoint,
    checkpointFailures: db.checkpointFailures,
    close: db.close,
  });
}

/** Where it is not told of what type they are, no more of the key is looked up than the service. */
export const removeMessages = `
  DELETE FROM outbox WHERE (service_sid, created_at, attempt_sid) IN
    (SELECT CAST(value ->> 0 AS text), CAST(value ->> 1 AS integer), CAST(value ->> 2 AS text) FROM json_each($1))
  RETURNING attempt_sid`;

const settledColumns = ["status", "error_code", "reference", "provider", "tries", "handed_over_ms", "ended_ms"];

const settleAttempts = `
  UPDATE attempts SET updated_at = $2, ${settledColumns.map((column) => `${column} = d.value ->> '$.${column}'`).join(", ")}
  FROM json_each($1) AS d
  WHERE sid = d.value ->> '$.sid' AND service_sid = d.value ->> '$.service_sid' AND status = 'queued'`;

/** Many messages are settled by two statements: a call for each takes longer than what it does. */
function outboxWrites(sql: Sql, reactions: readonly Reaction[], keys: DayKeys): OutboxWrites {
  return {
    settle: (done, now) =>
      sql.transact(function* () {
        const named = done.map(({ message }) => [message.serviceSid, message.createdAt, message.attemptSid]);
        const removed = yield* run(removeMessages, [JSON.stringify(named)]);
        const ours = new Set(removed.rows.flat());
        const settled = done.filter(({ message }) => ours.delete(message.attemptSid));
        const rows = settled.map((handedOver) => {
          const { serviceSid, attemptSid } = handedOver.message;
          return { service_sid: serviceSid, sid: attemptSid, ...settledAttempt(handedOver, now) };
        });
        if (rows.length === 0) return;
        const text = `${settleAttempts} RETURNING ${columnsFollowed(reactions)}`;
        const changed = yield* run(text, [JSON.stringify(rows), now]);
        yield* followAttempts(changed.rows, reactions, keys, true);
      }),
    retry: (failures) =>
      sql.transact(function* () {
        for (const { message, dueAt, errorCode } of failures) {
          const { serviceSid, createdAt, attemptSid, tries } = message;
          yield* run(
            `UPDATE outbox SET due_at = $1, error_code = coalesce($2, error_code), tries = tries - ($2 IS NULL)
             WHERE service_sid = $3 AND created_at = $4 AND attempt_sid = $5 AND tries = $6`,
            [dueAt, errorCode, serviceSid, createdAt, attemptSid, tries],
          );
        }
      }),
  };
}
