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

function outboxWrites(sql: Sql, reactions: readonly Reaction[], keys: DayKeys): OutboxWrites {
  return {
    settle: (done, now) =>
      sql.transact(function* () {
        const changed: unknown[][] = [];
        for (const handedOver of done) {
          const { serviceSid, createdAt, attemptSid } = handedOver.message;
          const { count } = yield* run(
            "DELETE FROM outbox WHERE service_sid = $1 AND created_at = $2 AND attempt_sid = $3",
            [serviceSid, createdAt, attemptSid],
          );
          if (count === 0) continue;
          const settled = settledAttempt(handedOver, now);
          const set = Object.keys(settled).map((column, index) => `${column} = $${index + 4}`);
          const { rows } = yield* run(
            `UPDATE attempts SET updated_at = $3, ${set.join(", ")}
             WHERE sid = $1 AND service_sid = $2 AND status = 'queued' RETURNING ${columnsFollowed(reactions)}`,
            [attemptSid, serviceSid, now, ...Object.values(settled)],
          );
          changed.push(...rows);
        }
        yield* followAttempts(changed, reactions, keys, true);
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
