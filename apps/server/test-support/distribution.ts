import { readFileSync } from "node:fs";
import pg from "pg";
import { tables } from "../src/store/tables.ts";
import { readSql } from "./databases.ts";

/** What keeps a statement from running on tables that are spread over databases, by the sid of the service or the account. */
export type Fault = "locks rows of many" | "two distributions" | "advisory lock";

/** Where the rows of tables lie, by their names: by the sid of their service or by that of their account. */
export type Distributions = ReadonlyMap<string, { by: "service" | "account"; column: string }>;

/** How the tables of a database would be spread: by the column that their primary key begins with. A small one is everywhere. */
export async function distributionsIn(url: string): Promise<Distributions> {
  const rows = await readSql(
    url,
    `SELECT c.relname AS "table", a.attname AS "column" FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
     JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace`,
  );
  const found = rows.flatMap(({ table = "", column = "" }) => {
    const isSpread = tables.some(({ name, owner }) => name === table && owner !== "nobody");
    const by = column === "service_sid" || table === "services" ? "service" : "account";
    if (isSpread && !["service_sid", "account_sid", "sid"].includes(column)) throw new Error(`${table}: ${column}`);
    return isSpread ? [[table, { by, column }] as const] : [];
  });
  return new Map(found);
}

/** What is wrong with a statement. Each part of a union is asked for itself. */
export function faultsOf(text: string, distributions: Distributions): Fault[] {
  return [...new Set(text.split(" UNION ALL ").flatMap((part) => faultsOfPart(part, distributions)))];
}

function faultsOfPart(text: string, distributions: Distributions): Fault[] {
  const names = [...text.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE|USING) (\w+)/g)].map(([, name = ""]) => name);
  const spread = names.flatMap((name) => distributions.get(name) ?? []);
  const isHeld = spread.every(({ column }) => new RegExp(`\\b${column} = (?:CAST\\()?\\$\\d`).test(text));
  const faults: [boolean, Fault][] = [
    // A row may be locked where one database alone is asked.
    [/ FOR (?:NO KEY )?UPDATE| FOR (?:KEY )?SHARE/.test(text) && !isHeld, "locks rows of many"],
    [new Set(spread.map(({ by }) => by)).size > 1, "two distributions"],
    [/pg_(?:try_)?advisory/.test(text), "advisory lock"],
  ];
  return faults.flatMap(([is, fault]) => (is ? [fault] : []));
}

/** Keeps the texts of all statements of this process, each once and on one line. */
export function recordStatements(): { texts: ReadonlySet<string>; stop(): void } {
  const texts = new Set<string>();
  const { submit } = pg.Query.prototype;
  pg.Query.prototype.submit = function (this: pg.Query, connection) {
    const { text } = this as unknown as { text?: string };
    if (text) texts.add(text.replaceAll(/\s+/g, " ").trim());
    return Reflect.apply(submit, this, [connection]);
  };
  return {
    texts,
    stop() {
      pg.Query.prototype.submit = submit;
    },
  };
}

/** A row of the table in `src/store/README.md`: what cannot run on spread tables yet. */
export interface NotYet {
  beginning: string;
  fault: string;
  /** Why it is so. */
  why: string;
}

export const notYet: readonly NotYet[] = readFileSync(new URL("../src/store/README.md", import.meta.url), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, beginning, fault, why] = /^\| `([^`]+)` +\| ([\w ]*\w) +\| (.*\S) +\|$/.exec(line) ?? [];
    return beginning && fault && why ? { beginning, fault, why } : [];
  });

/** What is wrong with statements and stands in no row of it. */
export function untold(texts: Iterable<string>, distributions: Distributions): string[] {
  return [...texts].flatMap((text) =>
    faultsOf(text, distributions)
      .filter((fault) => !notYet.some((row) => isOf(row, text, fault)))
      .map((fault) => `${fault}: ${text}`),
  );
}

/** The rows that no statement needs. */
export function unneeded(texts: Iterable<string>, distributions: Distributions): NotYet[] {
  const all = [...texts].map((text) => ({ text, faults: faultsOf(text, distributions) }));
  return notYet.filter((row) => !all.some(({ text, faults }) => faults.some((fault) => isOf(row, text, fault))));
}

const isOf = (row: NotYet, text: string, fault: string) => row.fault === fault && text.startsWith(row.beginning);
