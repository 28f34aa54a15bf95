import { readMigrations } from "../migrations.ts";
import type { Connection } from "./connection.ts";

/**
 * Brings the tables up to date, in one transaction. Forward only: a file that ran is never run again nor changed.
 * `user_version` counts the files that ran. Processes that start together wait for the first, and then find nothing to do.
 * @throws Error for a database that a newer version of the server has changed.
 */
export function migrate(db: Connection, migrations = readMigrations("sqlite")): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    const [done] = db.prepare<[number]>("PRAGMA user_version").get([]) ?? [0];
    if (done > migrations.length) throw new Error("The database belongs to a newer version of the server.");
    for (const { sql } of migrations.slice(done)) db.exec(sql);
    db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
