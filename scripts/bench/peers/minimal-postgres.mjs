import pg from "pg";
import { pendingIndex, tables } from "./minimal-core.mjs";

/**
 * Rows of the minimal server in PostgreSQL, which no other process changes: what is pending is known, and what is decided
 * together is written by one statement in one round trip.
 */
export async function rowsInPostgres(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const text of [...tables("BIGINT"), pendingIndex]) await client.query(text);
  const pending = new Map();
  const { rows } = await client.query("SELECT * FROM verifications WHERE status = 'pending'");
  for (const row of rows) pending.set(row.recipient, { ...row, created_at: Number(row.created_at) });
  let inserted = new Map();
  let sent = [];
  let updated = new Map();
  return {
    find: (recipient) => pending.get(recipient),
    insert(sid, recipient, phoneNumber, code, attemptSid, createdAt) {
      pending.set(recipient, { sid, recipient, code, checks: 0, created_at: createdAt });
      inserted.set(sid, [sid, recipient, phoneNumber, code, attemptSid, "pending", 0, createdAt]);
    },
    send: (...row) => void sent.push(row),
    update(found, status, checks) {
      found.checks = checks;
      if (status !== "pending") pending.delete(found.recipient);
      const row = inserted.get(found.sid);
      if (row) row.splice(5, 2, status, checks);
      else updated.set(found.sid, [found.sid, status, checks]);
    },
    async together(work) {
      const made = work();
      const values = [...columns([...inserted.values()], 8), ...columns(sent, 5), ...columns([...updated.values()], 3)];
      [inserted, sent, updated] = [new Map(), [], new Map()];
      await client.query({ name: "write", text: write, values });
      return made;
    },
  };
}

const write = `
  WITH changed AS (
    UPDATE verifications AS v SET status = n.status, checks = n.checks
    FROM unnest($14::text[], $15::text[], $16::integer[]) AS n (sid, status, checks) WHERE v.sid = n.sid
  ), queued AS (
    INSERT INTO outbox SELECT * FROM unnest($9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[])
  )
  INSERT INTO verifications
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::bigint[])`;

const columns = (rows, count) => Array.from({ length: count }, (_, index) => rows.map((row) => row[index]));
