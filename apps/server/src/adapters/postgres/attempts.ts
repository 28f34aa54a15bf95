import type { AttemptFilter, AttemptStore } from "../../ports.ts";
import type { Database } from "./database.ts";
import { readPage } from "./page.ts";
import { type AttemptRow, attemptColumns, attemptOf } from "./rows.ts";

export function createAttemptStore(db: Database): AttemptStore {
  return {
    async fetch(accountSid, sid) {
      const { rows } = await db.query<AttemptRow>(
        `SELECT ${attemptColumns} FROM attempts WHERE account_sid = $1 AND sid = $2`,
        [accountSid, sid],
      );
      return rows.map(attemptOf)[0];
    },

    async list(accountSid, filter, request) {
      const list = {
        table: "attempts",
        columns: attemptColumns,
        ...whereOf(accountSid, filter),
        order: "DESC",
      } as const;
      const { items, ...rest } = await readPage<AttemptRow>(db, list, request);
      return { items: items.map(attemptOf), ...rest };
    },

    async count(accountSid, filter) {
      const { where, values } = whereOf(accountSid, filter);
      const { rows } = await db.query<{ total: number; converted: number }>(
        `SELECT count(*) AS total, count(*) FILTER (WHERE is_converted) AS converted FROM attempts WHERE ${where}`,
        values,
      );
      return rows[0] ?? { total: 0, converted: 0 };
    },

    async receive(reference, { status, errorCode }, now) {
      // What was delivered or not stays so: the expressions see the row as it was.
      const { rowCount } = await db.query(
        `UPDATE attempts SET status = CASE WHEN ${isOpen} THEN $2 ELSE status END,
           error_code = CASE WHEN ${isOpen} THEN $3 ELSE error_code END,
           updated_at = CASE WHEN ${isOpen} THEN $4 ELSE updated_at END
         WHERE reference = $1`,
        [reference, status, errorCode, now],
      );
      return rowCount !== 0;
    },

    async report(serviceSid, attemptSid, { status, errorCode }, now) {
      await db.query(
        "UPDATE attempts SET status = $3, error_code = $4, updated_at = $5 WHERE service_sid = $1 AND sid = $2",
        [serviceSid, attemptSid, status, errorCode, now],
      );
    },
  };
}

const isOpen = "status IN ('queued', 'sent')";

/** How each field of a filter reads in SQL, `$` standing for its value. */
const conditions: Record<keyof AttemptFilter, string> = {
  createdAfter: "created_at >= $",
  createdBefore: "created_at <= $",
  recipient: "recipient = $",
  recipientPrefix: "left(recipient, length($)) = $",
  country: "country = $",
  channel: "channel = $",
  serviceSid: "service_sid = $",
  verificationSid: "verification_sid = $",
  isConverted: "is_converted = $",
};

function whereOf(accountSid: string, filter: AttemptFilter): { where: string; values: unknown[] } {
  const fields = (Object.keys(conditions) as (keyof AttemptFilter)[]).filter((field) => filter[field] !== undefined);
  return {
    where: ["account_sid = $1", ...fields.map((field, i) => conditions[field].replaceAll("$", `$${i + 2}`))].join(
      " AND ",
    ),
    values: [accountSid, ...fields.map((field) => filter[field])],
  };
}
