import type { Condition } from "./page.ts";
import type { Table } from "./table.ts";
import type { Sql } from "./text.ts";

/** What takes things out of a table in which they wait: rows with a time `due_at`, null for none, and `tries`. */
export function queueOf<T extends { createdAt: number }>(sql: Sql, { name, key, fieldColumns, of }: Table<T>) {
  const columns = key.join(", ");
  return {
    /** When the first can be claimed; undefined when none waits. */
    async nextDueAt(): Promise<number | undefined> {
      const rows = await sql.read(`SELECT min(due_at) FROM ${name} WHERE due_at IS NOT NULL`);
      return (rows[0]?.[0] as number | null) ?? undefined;
    },
    /**
     * Takes those that are due, counts a try of each, and hides them from others until the lease ends. What waits longest
     * comes first: what is tried again waits since its last lease, so it holds up no other.
     * @param among those that are meant, its parameters from `$4` on
     */
    async claim(limit: number, leaseSeconds: number, now: number, among?: Condition): Promise<T[]> {
      // Workers that claim at the same time pass over each other's rows instead of waiting for them.
      const { rows } = await sql.run(
        `WITH due AS (
           SELECT ${columns} FROM ${name} WHERE due_at <= $1${among ? ` AND ${among.where}` : ""}
           ORDER BY due_at, created_at, ${key.at(-1)} LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         UPDATE ${name} SET due_at = $3, tries = tries + 1
         WHERE (${columns}) IN (SELECT ${columns} FROM due) RETURNING ${fieldColumns}`,
        [now, limit, now + leaseSeconds * 1000, ...(among?.values ?? [])],
      );
      return rows.map(of).sort((a, b) => a.createdAt - b.createdAt);
    },
  };
}
