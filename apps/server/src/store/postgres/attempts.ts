import type { AttemptFilter, AttemptStore, PostsOf } from "../../attempts/attempt.ts";
import type { Database } from "./database.ts";
import { readPage } from "./page.ts";
import { insertPosts, postRow } from "./posts.ts";
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

    async receive(reference, { status, errorCode }, now, postsOf) {
      // What was delivered or not stays so.
      const changed = await changeAttempts(
        db,
        `UPDATE attempts AS a SET status = $2, error_code = $3, updated_at = $4
         WHERE reference = $1 AND status IN ('queued', 'sent')`,
        [reference, status, errorCode, now],
        postsOf,
      );
      if (changed > 0) return true;
      const { rowCount } = await db.query("SELECT 1 FROM attempts WHERE reference = $1 LIMIT 1", [reference]);
      return rowCount !== 0;
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

/**
 * Runs a statement that updates `attempts AS a`, and adds what webhooks are to hear of those that it changed.
 * @returns how many there were.
 */
export async function changeAttempts(
  db: Database,
  text: string,
  values: unknown[],
  postsOf: PostsOf | undefined,
): Promise<number> {
  if (!postsOf) return (await db.query(text, values)).rowCount ?? 0;
  return db.transaction(async (query) => {
    const { rows } = await query<AttemptRow>(`${text} RETURNING a.*`, values);
    const posts = rows.map(attemptOf).flatMap(postsOf);
    if (posts.length > 0) await query(insertPosts("$1"), [JSON.stringify(posts.map(postRow))]);
    return rows.length;
  });
}

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
  isLost: "(status IN ('failed', 'undelivered')) = $",
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
