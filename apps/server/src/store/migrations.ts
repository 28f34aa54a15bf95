import { readdirSync, readFileSync } from "node:fs";

/** A numbered file of SQL. Once it ran somewhere it is never changed. */
export interface Migration {
  name: string;
  sql: string;
}

/** Reads the migrations of a database, in the order of their numbers. */
export function readMigrations(database: "sqlite" | "postgres"): Migration[] {
  const folder = new URL(`./${database}/migrations/`, import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => ({ name, sql: readFileSync(new URL(name, folder), "utf8") }));
}
