import type { Page, PageRequest } from "../../kernel/page.ts";
import type { Connection, Value } from "./connection.ts";

interface List {
  table: "services" | "attempts";
  columns: string;
  order: "ASC" | "DESC";
}

/** A condition of SQL and its values. */
export interface Condition {
  where: string;
  values: Value[];
}

type From = NonNullable<PageRequest["from"]>;

/**
 * Reads pages of a table by its key, so that a page far down the list costs as much as the first.
 * @param list has `created_at` and `sid` among its columns
 */
export function createPager<Row extends Value[]>(connection: Connection, { table, columns, order }: List) {
  const select = (what: string, { where, values }: Condition, direction: "ASC" | "DESC", limit: number): Row[] =>
    connection
      .prepare<Row>(
        `SELECT ${what} FROM ${table} WHERE ${where} ORDER BY created_at ${direction}, sid ${direction} LIMIT ?`,
      )
      .all([...values, limit]);

  return (condition: Condition, { size, from }: PageRequest): Page<Row> => {
    if (!from) {
      const rows = select(columns, condition, order, size + 1);
      return { items: rows.slice(0, size), hasPrevious: false, hasNext: rows.length > size };
    }
    const isForward = from.direction === "after";
    const isAscending = (order === "ASC") === isForward;
    const direction = isAscending ? "ASC" : "DESC";
    const rows = select(columns, beyond(condition, isAscending ? ">" : "<", from), direction, size + 1);
    const items = rows.slice(0, size);
    const hasMore = rows.length > size;
    const hasOthers = select("1", beyond(condition, isAscending ? "<=" : ">=", from), direction, 1).length > 0;
    return isForward
      ? { items, hasPrevious: hasOthers, hasNext: hasMore }
      : { items: items.reverse(), hasPrevious: hasMore, hasNext: hasOthers };
  };
}

function beyond({ where, values }: Condition, operator: string, { createdAt, sid }: From): Condition {
  return { where: `${where} AND (created_at, sid) ${operator} (?, ?)`, values: [...values, createdAt, sid] };
}
