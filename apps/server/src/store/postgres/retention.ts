import type { VerificationFact } from "../../verifications/fact.ts";
import type { Database } from "./database.ts";
import { factsOf } from "./rows.ts";

/** The facts of a verification stand in its row, in the order in which they were written. */
export async function readFacts(
  db: Database,
  serviceSid: string,
  verificationSid: string,
): Promise<VerificationFact[]> {
  const { rows } = await db.query<{ account_sid: string; events: string }>(
    "SELECT account_sid, events FROM verifications WHERE service_sid = $1 AND sid = $2",
    [serviceSid, verificationSid],
  );
  return rows.flatMap(({ account_sid: accountSid, events }) =>
    factsOf(events).map((fact) => ({ accountSid, serviceSid, verificationSid, ...fact })),
  );
}

/** Works in small steps, so that nobody waits long for a lock. */
export async function erase(db: Database, before: number): Promise<void> {
  await repeat(db, deleteVerifications, [before]);
  await repeat(db, deleteMessages, [before]);
  await repeat(db, deletePosts, [before]);
  await repeat(db, deleteCounts, [before]);
  for (let accountSid = await nextAccount(db, ""); accountSid; accountSid = await nextAccount(db, accountSid)) {
    await repeat(db, deleteAttempts, [before, accountSid]);
  }
}

export async function reset(db: Database): Promise<void> {
  await db.transaction(async (query) => {
    for (const table of tables) await query(`DELETE FROM ${table}`);
  });
}

const tables = [
  "guard_counts",
  "prefix_blocks",
  "request_counts",
  "webhook_deliveries",
  "signature_nonces",
  "applications",
  "outbox",
  "attempts",
  "verifications",
  "services",
];

const rowsPerStep = 5_000;

async function repeat(db: Database, statement: string, values: unknown[]): Promise<void> {
  while ((await db.query(statement, values)).rowCount === rowsPerStep);
}

/** With its facts. An approved or cancelled verification ended when it was last changed, any other ends with its window. */
const deleteVerifications = `
  DELETE FROM verifications AS v
  USING (
    SELECT service_sid, sid FROM verifications
    WHERE created_at < $1 AND CASE WHEN status IN ('approved', 'canceled') THEN updated_at ELSE expires_at END < $1
    LIMIT ${rowsPerStep}
  ) AS old
  WHERE v.service_sid = old.service_sid AND v.sid = old.sid`;

const deleteMessages = `
  DELETE FROM outbox AS o
  USING (SELECT service_sid, attempt_sid FROM outbox WHERE created_at < $1 LIMIT ${rowsPerStep}) AS old
  WHERE o.service_sid = old.service_sid AND o.attempt_sid = old.attempt_sid`;

const deletePosts = `
  DELETE FROM webhook_deliveries AS d
  USING (SELECT service_sid, sid FROM webhook_deliveries WHERE created_at < $1 LIMIT ${rowsPerStep}) AS old
  WHERE d.service_sid = old.service_sid AND d.sid = old.sid`;

const deleteCounts = `
  DELETE FROM request_counts AS r
  USING (SELECT account_sid, name FROM request_counts WHERE updated_at < $1 LIMIT ${rowsPerStep}) AS old
  WHERE r.account_sid = old.account_sid AND r.name = old.name`;

const deleteAttempts = `
  DELETE FROM attempts AS a
  USING (
    SELECT service_sid, sid FROM attempts WHERE created_at < $1 AND account_sid = $2 LIMIT ${rowsPerStep}
  ) AS old
  WHERE a.service_sid = old.service_sid AND a.sid = old.sid`;

/** The index on attempts begins with the account, so that old ones are found account by account. */
async function nextAccount(db: Database, after: string): Promise<string | null> {
  const { rows } = await db.query<{ sid: string | null }>(
    "SELECT min(account_sid) AS sid FROM attempts WHERE account_sid > $1",
    [after],
  );
  return rows[0]?.sid ?? null;
}
