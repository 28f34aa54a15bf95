import { attempts as attemptTable } from "../../attempts/store.ts";
import { newMessageRow, outbox } from "../../delivery/outbox.ts";
import { addPosts } from "../../events/post-store.ts";
import type { Value } from "../../sql/text.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { ChangedVerification, Changes, StoredVerification } from "../fold.ts";
import type { Connection } from "./connection.ts";
import { endedAt, factLines, verificationsOf } from "./rows.ts";
import { createRunner, drive } from "./sql.ts";

type Read = (commands: readonly VerificationCommand<unknown>[]) => StoredVerification[];

/** Reads the latest verifications of recipients, and those with the given sids, in one statement and as one text. */
export function createVerificationReader(connection: Connection): Read {
  const select = connection.prepare<[states: string | null]>(
    `SELECT group_concat('[' || is_latest || ',' || state || ']') FROM (
       SELECT v.is_latest, v.state FROM json_each(?) AS named CROSS JOIN verifications AS v
       WHERE v.service_sid = named.value ->> 0 AND v.recipient = named.value ->> 1 AND v.is_latest
       UNION ALL
       SELECT v.is_latest, v.state FROM json_each(?) AS named CROSS JOIN verifications AS v
       WHERE v.service_sid = named.value ->> 0 AND v.sid = named.value ->> 1
     )`,
  );
  return (commands) => {
    const recipients = new Map<string, [serviceSid: string, recipient: string]>();
    const sids = new Map<string, [serviceSid: string, sid: string]>();
    for (const { serviceSid, target } of commands) {
      if ("sid" in target) sids.set(`${serviceSid} ${target.sid}`, [serviceSid, target.sid]);
      else recipients.set(`${serviceSid} ${target.recipient}`, [serviceSid, target.recipient]);
    }
    const [states] = select.get([JSON.stringify([...recipients.values()]), JSON.stringify([...sids.values()])]) ?? [];
    return verificationsOf(states ?? "");
  };
}

/** Writes what a batch changed. */
export function createVerificationWriter(connection: Connection): (changes: Changes, now: number) => void {
  const update = createRowWriter(connection, 6, {
    before: `UPDATE verifications AS v SET is_latest = n.column3, ended_at = n.column4, state = n.column5,
      events = v.events || n.column6 FROM (VALUES `,
    after: ") AS n WHERE v.service_sid = n.column1 AND v.sid = n.column2",
  });
  const insert = createInserter(
    connection,
    "verifications",
    "service_sid, sid, is_latest, ended_at, state, events, recipient, created_at",
  );
  const insertAttempts = createInserter(connection, "attempts", attemptTable.fieldColumns);
  const insertMessages = createInserter(connection, "outbox", `${outbox.fieldColumns}, due_at`);
  const convert = connection.prepare(
    "UPDATE attempts SET is_converted = 1, updated_at = ? WHERE sid IN (SELECT value FROM json_each(?))",
  );
  const runStep = createRunner(connection);

  return ({ verifications, attempts, sends, converted, posts }, now) => {
    // The latest verification of a recipient gives way before another one takes its place.
    update(verifications.filter(({ revision }) => revision > 0).map(changedRow));
    insert(verifications.filter(({ revision }) => revision === 0).map(newRow));
    insertAttempts(attempts.map(attemptTable.row));
    insertMessages(
      sends.flatMap(({ message, leaseSeconds }) => {
        if (!message) return [];
        const { added, dueAt } = newMessageRow(message, leaseSeconds);
        return [[...outbox.row(added), dueAt]];
      }),
    );
    if (converted.length > 0) convert.execute([now, JSON.stringify(converted.map(({ sid }) => sid))]);
    if (posts.length > 0) drive(addPosts(posts), runStep);
  };
}

function changedRow({ verification, isLatest, facts }: ChangedVerification): Value[] {
  const { serviceSid, sid } = verification;
  return [serviceSid, sid, Number(isLatest), endedAt(verification), JSON.stringify(verification), factLines(facts)];
}

function newRow(changed: ChangedVerification): Value[] {
  const { recipient, createdAt } = changed.verification;
  return [...changedRow(changed), recipient, createdAt];
}

function createInserter(connection: Connection, table: string, columns: string) {
  const count = columns.split(",").length;
  return createRowWriter(connection, count, { before: `INSERT INTO ${table} (${columns}) VALUES `, after: "" });
}

/** A call costs as much as writing a row, so rows are written by the handful. */
const rowsEach = 8;

export function createRowWriter(
  connection: Connection,
  columns: number,
  { before, after }: { before: string; after: string },
) {
  const row = `(${Array.from({ length: columns }, () => "?")})`;
  const one = connection.prepare(before + row + after);
  const many = connection.prepare(before + Array.from({ length: rowsEach }, () => row) + after);
  return (rows: Value[][]): void => {
    let written = 0;
    for (; written + rowsEach <= rows.length; written += rowsEach) {
      many.execute(rows.slice(written, written + rowsEach).flat());
    }
    for (const values of rows.slice(written)) one.execute(values);
  };
}
