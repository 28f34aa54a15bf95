import type { AttemptFilter, AttemptStore, DeliveryReport } from "../../ports.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { type Condition, createPager } from "./page.ts";
import { type AttemptRow, attemptColumns, attemptOf } from "./rows.ts";

export function createAttemptStore(db: Database): AttemptStore {
  const select = db.reader.prepare<AttemptRow>(
    `SELECT ${attemptColumns} FROM attempts WHERE sid = ? AND account_sid = ?`,
  );
  const report = createReporter(db.writer);
  // What was delivered or not stays so: the expressions see the row as it was.
  const receive = db.writer.prepare(
    `UPDATE attempts SET status = iif(${isOpen}, ?1, status), error_code = iif(${isOpen}, ?2, error_code),
       updated_at = iif(${isOpen}, ?3, updated_at)
     WHERE reference = ?4`,
  );
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
    receive: (reference, { status, errorCode }, now) =>
      db.write(() => receive.run([status, errorCode, now, reference]) > 0),
    report: (...given) => db.write(() => report(...given)),
  };
}

const isOpen = "status IN ('queued', 'sent')";

/** Records how far a message came, within a transaction. */
function createReporter(connection: Connection) {
  const report = connection.prepare(
    "UPDATE attempts SET status = ?, error_code = ?, updated_at = ? WHERE sid = ? AND service_sid = ?",
  );
  return (serviceSid: string, attemptSid: string, { status, errorCode }: DeliveryReport, now: number): void =>
    report.execute([status, errorCode, now, attemptSid, serviceSid]);
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
