import type pg from "pg";
import { readMigrations } from "../migrations.ts";

/**
 * Brings the tables up to date, in one transaction. Forward only: a file that ran is never run again nor changed.
 * Processes that start together wait for the first, and then find nothing to do.
 */
export async function migrate(client: pg.ClientBase, migrations = readMigrations("postgres")): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    await client.query("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)");
    const { rows } = await client.query<{ name: string }>("SELECT name FROM migrations");
    const applied = new Set(rows.map(({ name }) => name));
    for (const { name, sql } of migrations) {
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

/** Any number that nothing else locks: keys of recipients are 64 random bits. */
const migrationLock = 60_200;
