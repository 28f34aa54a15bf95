import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import pg from "pg";
import { inject } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { newCredential } from "../src/accounts/authenticate.ts";
import { newSid } from "../src/kernel/random.ts";
import { operator } from "../src/sql/resources.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Credentials } from "./api.ts";
import { createDatabase } from "./postgres.ts";

export const databaseKinds = ["SQLite", "PostgreSQL"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/**
 * For tests of a whole server, not of what it has a database do, which the store's contract holds on both: a quick run has
 * that one alone.
 */
export const databaseKindsOr = (quick: DatabaseKind): readonly DatabaseKind[] => (isWhole ? databaseKinds : [quick]);

/** Makes databases on disk for one test file. */
export interface TestDatabases {
  /** Makes one for a server to open: with its tables, and without a row. @returns its URL */
  create(kind: DatabaseKind): Promise<string>;
  /** Makes one without tables. @returns its URL */
  createBare(kind: DatabaseKind): Promise<string>;
  /** Removes those of SQLite. Those of PostgreSQL go with it, at the end of the run. */
  stop(): Promise<void>;
}

export async function startDatabases(): Promise<TestDatabases> {
  const template = await sharedPostgres();
  const folder = mkdtempSync(join(tmpdir(), "countersign-databases-"));
  let files = 0;
  const createBare = async (kind: DatabaseKind, name?: string) => {
    if (kind === "PostgreSQL") return createDatabase(template.replace(/[^/]*$/, "postgres"), "FILE_COPY", name);
    files += 1;
    return `sqlite:${join(folder, `${files}.db`)}`;
  };
  return {
    async create(kind) {
      const url = await createBare(kind, new URL(template).pathname.slice(1));
      if (kind === "SQLite") await createSqlite(url.slice("sqlite:".length));
      return url;
    },
    createBare: (kind) => createBare(kind),
    async stop() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Makes a file of SQLite with all tables, which takes half as long to copy as to make. */
export async function createSqlite(path: string): Promise<void> {
  tables ??= readTables();
  writeFileSync(path, await tables, { mode: 0o600 });
}

let tables: Promise<Buffer> | undefined;

async function readTables(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-tables-"));
  const path = join(folder, "empty.db");
  await (await openStore(`sqlite:${path}`, Date.now)).close();
  const file = readFileSync(path);
  rmSync(folder, { recursive: true });
  return file;
}

/** The URL of the database to copy in the PostgreSQL that all test files have in common. It is not theirs to stop. */
async function sharedPostgres(): Promise<string> {
  const response = await fetch(inject("sharedPostgres"));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Makes an account in a database, beside the server that has it open. */
export async function createAccount(url: string): Promise<Credentials> {
  const store = await openStore(url, Date.now);
  const [accountSid, authToken] = [newSid("AC"), newSid("")];
  const createdAt = Date.now();
  const credential = newCredential({ accountSid, sid: accountSid, secret: authToken, createdAt });
  await store.accounts.create({ sid: accountSid, friendlyName: "Other", createdAt }, credential, operator);
  await store.close();
  return { accountSid, authToken };
}

/** Everything that a database holds, as text: every row, and for SQLite also every byte of its files. */
export async function dump(url: string): Promise<string> {
  return url.startsWith("sqlite:") ? dumpSqlite(url.slice("sqlite:".length)) : dumpPostgres(url);
}

/** Runs one statement, as somebody with access to the database would. */
export async function runSql(url: string, sql: string): Promise<void> {
  if (url.startsWith("postgres:")) return withClient(url, async (client) => void (await client.query(sql)));
  const db = new Libsql(url.slice("sqlite:".length));
  db.exec(`PRAGMA busy_timeout = 5000; ${sql}`);
  db.close();
}

/** Asks one question, as somebody with access to the database would. */
export async function readSql(url: string, sql: string): Promise<Record<string, string>[]> {
  if (url.startsWith("postgres:")) return withClient(url, async (client) => (await client.query(sql)).rows);
  const db = new Libsql(url.slice("sqlite:".length));
  try {
    return db.prepare(sql).all() as Record<string, string>[];
  } finally {
    db.close();
  }
}

function dumpSqlite(path: string): string {
  const files = ["", "-wal", "-journal"].map((suffix) => path + suffix).filter((file) => existsSync(file));
  const bytes = files.map((file) => readFileSync(file, "latin1"));
  const db = new Libsql(path);
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM ${name}`).all());
  db.close();
  return [...bytes, ...rows.map((row) => JSON.stringify(row))].join("\n");
}

function dumpPostgres(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const tables = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    const lines: string[] = [];
    for (const { tablename } of tables.rows) {
      const { rows } = await client.query(`SELECT t::text AS line FROM ${tablename} AS t`);
      lines.push(tablename, ...rows.map(({ line }) => line));
    }
    return lines.join("\n");
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
