import type { Clock } from "../kernel/clock.ts";
import type { Erased, Keeping } from "../sql/table.ts";
import { run, type Sql, type Value } from "../sql/text.ts";

/** Deletes everything but what a reset leaves. */
export function resetTables(sql: Sql, tables: readonly Keeping[]): Promise<void> {
  return sql.transact(function* () {
    for (const { name, survivesReset } of tables.toReversed()) if (!survivesReset) yield* run(`DELETE FROM ${name}`);
  });
}

export interface EraserOptions {
  database: "sqlite" | "postgres";
  clock: Clock;
  /** So many rows in one transaction, that nobody need wait long. */
  rowsPerStep: number;
}

/**
 * Makes the function that erases from every table what is older than a time. It works in steps: one that fails leaves the
 * earlier ones done, and the next call goes on.
 */
export function createEraser(sql: Sql, tables: readonly Keeping[], { database, clock, rowsPerStep }: EraserOptions) {
  async function eraseFrom({ name, key }: Keeping, { column, and, below, each }: Erased, before: number) {
    const bound = below ? below({ before, now: clock() }) : before;
    const old = [`${column} < $1`, ...(and ? [and[database]] : []), ...(each ? [`${each} = $2`] : [])].join(" AND ");
    const text = `DELETE FROM ${name} WHERE (${key}) IN (SELECT ${key} FROM ${name} WHERE ${old} LIMIT ${rowsPerStep})`;
    const repeat = async (values: readonly Value[]) => {
      while ((await sql.run(text, values)).count === rowsPerStep);
    };
    if (!each) return repeat([bound]);
    const next = async (after: string) =>
      (await sql.read(`SELECT min(${each}) FROM ${name} WHERE ${each} > $1`, [after]))[0]?.[0] as string | null;
    for (let value = await next(""); value !== null; value = await next(value)) await repeat([bound, value]);
  }

  return async (before: number): Promise<void> => {
    for (const table of tables) if (!("never" in table.erased)) await eraseFrom(table, table.erased, before);
  };
}
