import { columnsFollowed, followAttempts } from "../../attempts/store.ts";
import { type HandedOver, type OutboxWrites, settledAttempt } from "../../delivery/outbox.ts";
import { addFigures, attemptFigures, type Reaction } from "../../events/reactions.ts";
import type { Work } from "../../sql/text.ts";
import type { DayKeys } from "../../verifications/vault.ts";
import { failUnless } from "./connection.ts";
import type { Database } from "./database.ts";

/** Many messages are settled by one statement: a round trip for each would take longer than they did. */
export function outboxWrites(
  { byKey: transact, together }: Pick<Database, "byKey" | "together">,
  reactions: readonly Reaction[],
  keys: DayKeys,
): OutboxWrites {
  return {
    async settle(done, now) {
      const rows = done.map((handedOver) => {
        const { serviceSid, attemptSid } = handedOver.message;
        return { service_sid: serviceSid, sid: attemptSid, ...settledAttempt(handedOver, now) };
      });
      const figures = figuresForeseen(done, reactions, now);
      const values = [JSON.stringify(rows), now];
      // Approvals wait for the rows of attempts, which are held for no longer than it takes to write them.
      if (figures && (await together([...figures, { ...settleAll, values: [...values, rows.length] }]))) return;
      await transact(function* () {
        const columns = columnsFollowed(reactions);
        const name = `settle ${columns.split(",").length}`;
        const text = `${settle} SELECT ${columns} FROM changed`;
        const changed = yield { name, text, values };
        yield* followAttempts(changed.rows, reactions, keys, true);
      });
    },
    async retry(failures) {
      const rows = failures.map(({ message: { serviceSid, attemptSid, tries }, dueAt, errorCode }) => ({
        service_sid: serviceSid,
        attempt_sid: attemptSid,
        tries,
        due_at: dueAt,
        error_code: errorCode,
      }));
      await transact(function* (): Work<void> {
        yield {
          name: "retry",
          text: `UPDATE outbox AS o SET due_at = f.due_at, error_code = coalesce(f.error_code, o.error_code),
             tries = o.tries - CASE WHEN f.error_code IS NULL THEN 1 ELSE 0 END
           FROM json_populate_recordset(NULL::outbox, $1) AS f
           WHERE o.service_sid = f.service_sid AND o.attempt_sid = f.attempt_sid AND o.tries = f.tries`,
          values: [JSON.stringify(rows)],
          isLast: true,
        };
      });
    },
  };
}

/**
 * A query for the given rows whose attempts exist, which it locks. All who update several attempts lock them so, in one
 * order: else two of them may each wait for what the other one has, until PostgreSQL notices after a second.
 */
export function lockingAttempts(rows: string): string {
  return `SELECT n.* FROM ${rows} AS n JOIN attempts AS l ON l.service_sid = n.service_sid AND l.sid = n.sid
    ORDER BY l.service_sid, l.sid FOR NO KEY UPDATE OF l`;
}

const settle = `
  WITH done AS (SELECT * FROM json_populate_recordset(NULL::attempts, $1)), removed AS (
    DELETE FROM outbox AS o USING done AS d WHERE o.service_sid = d.service_sid AND o.attempt_sid = d.sid
    RETURNING d.*
  ), changed AS (
    UPDATE attempts AS a SET updated_at = $2, status = r.status, error_code = r.error_code, reference = r.reference,
      provider = r.provider, tries = r.tries, handed_over_ms = r.handed_over_ms, ended_ms = r.ended_ms
    FROM (${lockingAttempts("removed")}) AS r
    WHERE a.service_sid = r.service_sid AND a.sid = r.sid AND a.status = 'queued'
    RETURNING a.*
  )`;

const settleAll = {
  name: "settle all",
  text: `${settle} SELECT ${failUnless("count(*) = $3")} FROM changed`,
};

/**
 * What adds the figures that follow if all of it is recorded. They are of another distribution than the attempts are, so
 * that no statement can write both. @returns nothing where more follows, or too little is known of a message
 */
function figuresForeseen(done: readonly HandedOver[], reactions: readonly Reaction[], now: number) {
  if (reactions.some(({ attempt }) => attempt)) return undefined;
  const figures = [];
  for (const { message, report, provider = null } of done) {
    const { accountSid, serviceSid, channel, country } = message;
    if (country === undefined) return undefined;
    const attempt = { accountSid, serviceSid, channel, country, provider, ...report, updatedAt: now };
    figures.push(...attemptFigures(attempt, true));
  }
  return addFigures(figures);
}
