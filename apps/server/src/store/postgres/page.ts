import type { Page, PageRequest } from "../../kernel/page.ts";
import type { Database } from "./database.ts";

export interface ListQuery {
  table: "services" | "attempts";
  columns: string;
  /** SQL whose parameters are `values`. */
  where: string;
  values: unknown[];
  order: "ASC" | "DESC";
}

/** Reads a page of a table by its key, so that a page far down the list costs as much as the first. */
export async function readPage<Row extends Keyed>(
  db: Database,
  list: ListQuery,
  { size, from }: PageRequest,
): Promise<Page<Row>> {
  if (!from) {
    const rows = await readRows<Row>(db, list, size + 1);
    return { items: rows.slice(0, size), hasPrevious: false, hasNext: rows.length > size };
  }
  const isForward = from.direction === "after";
  const isAscending = (list.order === "ASC") === isForward;
  const beyond = within(list, isAscending ? ">" : "<", from);
  const opposite = within(list, isAscending ? "<=" : ">=", from);
  const [rows, others] = await Promise.all([
    readRows<Row>(db, { ...beyond, order: isAscending ? "ASC" : "DESC" }, size + 1),
    readRows<Row>(db, opposite, 1),
  ]);
  const items = rows.slice(0, size);
  const [hasMore, hasOthers] = [rows.length > size, others.length > 0];
  return isForward
    ? { items, hasPrevious: hasOthers, hasNext: hasMore }
    : { items: items.reverse(), hasPrevious: hasMore, hasNext: hasOthers };
}

interface Keyed {
  created_at: number;
  sid: string;
}

function within(list: ListQuery, operator: string, { createdAt, sid }: { createdAt: number; sid: string }): ListQuery {
  const next = list.values.length + 1;
  return {
    ...list,
    where: `${list.where} AND (created_at, sid) ${operator} ($${next}, $${next + 1})`,
    values: [...list.values, createdAt, sid],
  };
}

async function readRows<Row extends Keyed>(db: Database, list: ListQuery, limit: number): Promise<Row[]> {
  const { table, columns, where, values, order } = list;
  const { rows } = await db.query<Row>(
    `SELECT ${columns} FROM ${table} WHERE ${where} ORDER BY created_at ${order}, sid ${order} LIMIT $${values.length + 1}`,
    [...values, limit],
  );
  return rows;
}
