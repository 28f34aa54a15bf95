import { readdirSync, readFileSync } from "node:fs";

/** A numbered file of SQL. Once it ran somewhere it is never changed. */
interface Migration {
  name: string;
  sql: string;
}

/** Reads the migrations of a database, in the order of their numbers. From the sixth on they are one text for both. */
export function readMigrations(database: "sqlite" | "postgres"): Migration[] {
  const folders = [`./${database}/migrations/`, "./migrations/"].map((path) => new URL(path, import.meta.url));
  return folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
    return names.sort().map((name) => {
      const sql = readFileSync(new URL(name, folder), "utf8");
      // The first tables of SQLite are strict, and know no other integer.
      return { name, sql: database === "sqlite" ? sql.replaceAll(/\bbigint\b/g, "integer") : sql };
    });
  });
}
