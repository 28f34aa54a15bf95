import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readMigrations } from "./migrations.ts";

/** How far the tables of a database are. */
export interface MigrationState {
  /** How many migrations ran; undefined for a database that is yet to be made. */
  done: number | undefined;
  /** How many this version of the server has. */
  known: number;
}

/**
 * Looks at a database, and changes nothing.
 * @param url as `openStore` takes it.
 * @throws Error when it cannot be reached.
 */
export async function readMigrationState(url: string): Promise<MigrationState> {
  return url.startsWith("sqlite:") ? readSqlite(url.slice("sqlite:".length)) : readPostgres(url);
}

async function readSqlite(path: string): Promise<MigrationState> {
  const known = readMigrations("sqlite").length;
  if (path === ":memory:" || !existsSync(resolve(path))) return { done: undefined, known };
  const { default: Libsql } = await import("libsql");
  const db = new Libsql(resolve(path), { readonly: true });
  try {
    const [done] = db.prepare("PRAGMA user_version").raw().get() as [number];
    return { done, known };
  } finally {
    db.close();
  }
}

async function readPostgres(url: string): Promise<MigrationState> {
  const known = readMigrations("postgres").length;
  const [{ default: pg }, { connectionConfig }] = await Promise.all([import("pg"), import("./postgres/connection.ts")]);
  const client = new pg.Client(connectionConfig(url));
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows: tables } = await client.query("SELECT to_regclass('migrations') IS NOT NULL AS exists");
    if (!tables[0].exists) return { done: undefined, known };
    const { rows } = await client.query("SELECT count(*)::int AS done FROM migrations");
    return { done: rows[0].done, known };
  } finally {
    await client.end().catch(() => {});
  }
}
