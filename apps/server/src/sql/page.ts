import type { Page, PageRequest } from "../kernel/page.ts";
import type { Table } from "./table.ts";
import type { Sql } from "./text.ts";

/** A condition of SQL and the values of its parameters. */
export interface Condition {
  where: string;
  values: readonly unknown[];
}

type From = NonNullable<PageRequest["from"]>;

/** Reads a page of a table by its key, so that a page far down the list costs as much as the first. */
export async function readPage<T extends { createdAt: number; sid: string }>(
  sql: Sql,
  { name, fieldColumns, of }: Pick<Table<T>, "name" | "fieldColumns" | "of">,
  condition: Condition,
  order: "ASC" | "DESC",
  { size, from }: PageRequest,
): Promise<Page<T>> {
  const select = async (what: string, { where, values }: Condition, direction: "ASC" | "DESC", limit: number) =>
    sql.read(
      `SELECT ${what} FROM ${name} WHERE ${where}
       ORDER BY created_at ${direction}, sid ${direction} LIMIT $${values.length + 1}`,
      [...values, limit],
    );
  if (!from) {
    const rows = await select(fieldColumns, condition, order, size + 1);
    return { items: rows.slice(0, size).map(of), hasPrevious: false, hasNext: rows.length > size };
  }
  const isForward = from.direction === "after";
  const isAscending = (order === "ASC") === isForward;
  const direction = isAscending ? "ASC" : "DESC";
  const [rows, others] = await Promise.all([
    select(fieldColumns, beyond(condition, isAscending ? ">" : "<", from), direction, size + 1),
    select("1", beyond(condition, isAscending ? "<=" : ">=", from), direction, 1),
  ]);
  const items = rows.slice(0, size).map(of);
  const [hasMore, hasOthers] = [rows.length > size, others.length > 0];
  return isForward
    ? { items, hasPrevious: hasOthers, hasNext: hasMore }
    : { items: items.reverse(), hasPrevious: hasMore, hasNext: hasOthers };
}

function beyond({ where, values }: Condition, operator: string, { createdAt, sid }: From): Condition {
  const next = values.length + 1;
  return {
    where: `${where} AND (created_at, sid) ${operator} ($${next}, $${next + 1})`,
    values: [...values, createdAt, sid],
  };
}
