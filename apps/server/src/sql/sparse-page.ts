import type { Page, PageRequest } from "../kernel/page.ts";
import type { Table } from "./table.ts";
import type { Sql } from "./text.ts";

/** A place in a list that is ordered by time, then sid. */
export type Place = Pick<NonNullable<PageRequest["from"]>, "createdAt" | "sid">;

/**
 * A page of what fits a filter for which there is no index: so many are looked at and no more, so that it may have fewer
 * than it has room for, and a next one all the same. The pages beside it begin at its places, the first and the last.
 */
export interface SparsePage<T> extends Page<T> {
  places: Place[];
}

/** So many are looked at for one page. */
export const examinedMax = 10_000;

interface Looked {
  from: PageRequest["from"];
  /** Of what was found, the newest first. */
  found: readonly Place[];
  /** The last that was looked at, in the direction of the request. */
  last: Place | undefined;
  /** Whether there is more in that direction. */
  hasMore: boolean;
}

export function pageBounds({ from, found, last, hasMore }: Looked): Omit<SparsePage<never>, "items"> {
  const isForward = from?.direction !== "before";
  const ends = isForward ? [found[0] ?? last, last] : [last, found.at(-1) ?? last];
  const places = ends.filter((place) => place !== undefined);
  return isForward
    ? { places, hasPrevious: from !== undefined, hasNext: hasMore }
    : { places, hasPrevious: hasMore, hasNext: true };
}

interface Filter {
  accountSid: string;
  given: Record<string, unknown>;
  /** How fields read in SQL, `$` standing for the value: those by which rows are found, and those that are looked at. */
  found: Record<string, string>;
  fitting: Record<string, string>;
  /** How many are looked at. */
  most: number;
}

/** Reads a page of a table with the key account, time, sid; newest first. */
export async function readSparsely<T extends Place>(
  sql: Sql,
  { name, fieldColumns, of }: Table<T>,
  { accountSid, given, found, fitting, most }: Filter,
  { size, from }: PageRequest,
): Promise<SparsePage<T>> {
  const values: unknown[] = [accountSid];
  const conditionsOf = (texts: Record<string, string>) =>
    Object.entries(texts).flatMap(([field, text]) => {
      if (given[field] === undefined) return [];
      return text.replace("$", `$${values.push(given[field])}`);
    });
  const isForward = from?.direction !== "before";
  const [operator, order] = isForward ? ["<", "DESC"] : [">", "ASC"];
  const beyond = from
    ? [`(created_at, sid) ${operator} ($${values.push(from.createdAt)}, $${values.push(from.sid)})`]
    : [];
  const within = ["account_sid = $1", ...conditionsOf(found), ...beyond].join(" AND ");
  const sorted = `ORDER BY created_at ${order}, sid ${order}`;
  const range = [...values];
  const fit = conditionsOf(fitting);
  const rows = await sql.read(
    `SELECT ${fieldColumns} FROM (SELECT * FROM ${name} WHERE ${within} ${sorted} LIMIT ${most}) AS examined
     ${fit.length > 0 ? `WHERE ${fit.join(" AND ")}` : ""} ${sorted} LIMIT $${values.length + 1}`,
    [...values, size + 1],
  );
  const items = rows.slice(0, size).map(of);
  const [cut] =
    rows.length > size || fit.length === 0
      ? []
      : await sql.read(
          `SELECT created_at, sid FROM ${name} WHERE ${within} ${sorted} LIMIT 1 OFFSET ${most - 1}`,
          range,
        );
  const last = cut ? { createdAt: cut[0] as number, sid: cut[1] as string } : (items.at(-1) ?? from);
  if (!isForward) items.reverse();
  return { items, ...pageBounds({ from, found: items, last, hasMore: rows.length > size || cut !== undefined }) };
}
