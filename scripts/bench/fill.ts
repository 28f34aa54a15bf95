import { statSync } from "node:fs";
import Database from "libsql";
import pg from "pg";

/** One finished verification that is in the database already. */
export interface Origin {
  verificationSid: string;
  attemptSid: string;
  recipient: string;
}

/** With the time at which the youngest copy begins, in milliseconds since 1970: all rows of a copy agree about it. */
type Dated = Origin & { now: number };

interface Column {
  name: string;
  type: string;
}

/** Tables that a verification leaves a row in. */
const tables = ["verifications", "attempts"];
const batch = 100_000;
const spreadMs = 28 * 86_400_000;

/**
 * Copies a verification so many times, under other sids, for other recipients, and spread over the last four weeks.
 * @returns how many bytes the database has on disk then
 */
export async function fill(databaseUrl: string, origin: Origin, count: number): Promise<number> {
  const dated = { ...origin, now: Date.now() };
  if (!databaseUrl.startsWith("sqlite:")) return fillPostgres(databaseUrl, dated, count);
  const file = databaseUrl.slice("sqlite:".length);
  fillSqlite(file, dated, count);
  return statSync(file).size;
}

function fillSqlite(file: string, origin: Dated, count: number): void {
  const db = new Database(file);
  // Nothing is lost if the machine fails: the benchmark is over then.
  db.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  for (const table of tables) {
    const columns = db.prepare(`SELECT name, type FROM pragma_table_info('${table}')`).all() as Column[];
    const copied = copies(columns, origin, count, { hex: (value, digits) => `printf('%0${digits}x', ${value})` });
    for (const [from, to] of batches(count)) {
      db.exec(
        `WITH RECURSIVE numbers (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to})
        INSERT INTO ${table} ${copied} FROM ${table} AS origin, numbers WHERE ${isOrigin(origin)}`,
      );
    }
  }
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

async function fillPostgres(url: string, origin: Dated, count: number): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query("SET synchronous_commit = off");
    for (const table of tables) await fillTable(client, table, origin, count);
    await client.query("CHECKPOINT");
    const { rows } = await client.query("SELECT pg_database_size(current_database()) AS bytes");
    return Number(rows[0].bytes);
  } finally {
    await client.end();
  }
}

async function fillTable(client: pg.Client, table: string, origin: Dated, count: number): Promise<void> {
  const { rows: columns } = await client.query<Column>(
    "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_name = $1",
    [table],
  );
  const hex = (value: string, digits: number) => `lpad(to_hex(${value}), ${digits}, '0')`;
  const copied = copies(columns, origin, count, { hex });
  for (const [from, to] of batches(count)) {
    await client.query(
      `INSERT INTO ${table} ${copied} FROM ${table} AS origin, generate_series(${from}::bigint, ${to}) AS n
      WHERE ${isOrigin(origin)}`,
    );
  }
  await client.query(`VACUUM ANALYZE ${table}`);
}

function batches(count: number): [from: number, to: number][] {
  return Array.from({ length: Math.ceil(count / batch) }, (_, index) => [
    index * batch + 1,
    Math.min((index + 1) * batch, count),
  ]);
}

function isOrigin({ verificationSid, attemptSid }: Origin): string {
  return `origin.sid IN ('${verificationSid}', '${attemptSid}')`;
}

interface Dialect {
  hex: (value: string, digits: number) => string;
}

/** The columns and what stands in them, for the n-th copy. */
function copies(columns: Column[], origin: Dated, count: number, { hex }: Dialect): string {
  const age = `(${count} - n) * ${Math.floor(spreadMs / count)}`;
  // As in sids that the server makes, the time comes first.
  const digits = `${hex(`${origin.now} - ${age}`, 12)} || ${hex("n", 20)}`;
  const replacements: [string, string][] = [
    [origin.verificationSid, `'VE' || ${digits}`],
    [origin.attemptSid, `'VL' || ${digits}`],
    // An area code that neither the origin has nor the load calls.
    [origin.recipient, "'+1646' || (2000000 + n)"],
  ];
  const values = columns.map(({ name, type }) => {
    const column = `origin.${name}`;
    if (name === "lock_key") return "n";
    // A keyed hash, which none of the service's own can be.
    if (name === "recipient") return "'copy ' || n";
    if (name.endsWith("_at")) return `${column} - ${age}`;
    if (!/^(text|json)$/i.test(type)) return column;
    const text = replacements.reduce(
      (inner, [from, to]) => `replace(${inner}, '${from}', ${to})`,
      `CAST(${column} AS text)`,
    );
    return type === "json" ? `CAST(${text} AS json)` : text;
  });
  return `(${columns.map(({ name }) => name).join(", ")}) SELECT ${values.join(", ")}`;
}
