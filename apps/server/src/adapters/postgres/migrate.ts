import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";

/**
 * Brings the tables up to date, in one transaction. Forward only: a file that ran is never run again nor changed.
 * Processes that start together wait for the first, and then find nothing to do.
 */
export async function migrate(client: pg.ClientBase, migrations = readMigrations()): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    await client.query("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)");
    const { rows } = await client.query<{ name: string }>("SELECT name FROM migrations");
    const applied = new Set(rows.map(({ name }) => name));
    for (const { name, sql } of await migrations) {
      if (applied.has(name)) continue;
      await client.query(sql);
      await client.query("INSERT INTO migrations (name) VALUES ($1)", [name]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

export interface Migration {
  name: string;
  sql: string;
}

/** The numbered files beside this one, in order of their numbers. */
async function readMigrations(): Promise<Migration[]> {
  const folder = new URL("./migrations/", import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), "utf8") })));
}

/** Any number that nothing else locks: keys of recipients are 64 random bits. */
const migrationLock = 60_200;
