import type { AttemptFilter, AttemptStore } from "../../attempts/attempt.ts";
import type { Database } from "./database.ts";
import { type Condition, createPager } from "./page.ts";
import { createPostWriter } from "./posts.ts";
import { type AttemptRow, attemptColumns, attemptOf } from "./rows.ts";

export function createAttemptStore(db: Database): AttemptStore {
  const select = db.reader.prepare<AttemptRow>(
    `SELECT ${attemptColumns} FROM attempts WHERE sid = ? AND account_sid = ?`,
  );
  // What was delivered or not stays so.
  const receive = db.writer.prepare<AttemptRow>(
    `UPDATE attempts SET status = ?, error_code = ?, updated_at = ?
     WHERE reference = ? AND status IN ('queued', 'sent') RETURNING ${attemptColumns}`,
  );
  const isKnown = db.writer.prepare<[1]>("SELECT 1 FROM attempts WHERE reference = ? LIMIT 1");
  const addPosts = createPostWriter(db.writer);
  const readPage = createPager<AttemptRow>(db.reader, { table: "attempts", columns: attemptColumns, order: "DESC" });

  return {
    fetch: (accountSid, sid) =>
      db.read(() => {
        const row = select.get([sid, accountSid]);
        return row && attemptOf(row);
      }),
    list: (accountSid, filter, request) =>
      db.read(() => {
        const { items, ...rest } = readPage(conditionOf(accountSid, filter), request);
        return { items: items.map(attemptOf), ...rest };
      }),
    count: (accountSid, filter) =>
      db.read(() => {
        const { where, values } = conditionOf(accountSid, filter);
        const row = db.reader
          .prepare<[total: number, converted: number]>(
            `SELECT count(*), count(*) FILTER (WHERE is_converted) FROM attempts WHERE ${where}`,
          )
          .get(values);
        const [total, converted] = row ?? [0, 0];
        return { total, converted };
      }),
    receive: (reference, { status, errorCode }, now, postsOf) =>
      db.write(() => {
        const changed = receive.all([status, errorCode, now, reference]);
        if (postsOf) addPosts(changed.map(attemptOf).flatMap(postsOf));
        return changed.length > 0 || isKnown.get([reference]) !== undefined;
      }),
  };
}

/** How each field of a filter reads in SQL. */
const conditions: Record<keyof AttemptFilter, string> = {
  createdAfter: "created_at >= ?",
  createdBefore: "created_at <= ?",
  recipient: "recipient = ?",
  recipientPrefix: "instr(recipient, ?) = 1",
  country: "country = ?",
  channel: "channel = ?",
  serviceSid: "service_sid = ?",
  verificationSid: "verification_sid = ?",
  isConverted: "is_converted = ?",
  isLost: "(status IN ('failed', 'undelivered')) = ?",
};

function conditionOf(accountSid: string, filter: AttemptFilter): Condition {
  const given = Object.entries(conditions).flatMap(([field, sql]) => {
    const value = filter[field as keyof AttemptFilter];
    return value === undefined ? [] : [{ sql, value: typeof value === "boolean" ? Number(value) : value }];
  });
  return {
    where: ["account_sid = ?", ...given.map(({ sql }) => sql)].join(" AND "),
    values: [accountSid, ...given.map(({ value }) => value)],
  };
}
