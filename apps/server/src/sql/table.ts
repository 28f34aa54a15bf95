import { snakeCase } from "../kernel/wire.ts";
import { bound, parameters, type Value } from "./text.ts";

/** How long rows are kept, and with what they go. A table says it once; reset, cascade and erasure all come from it. */
export interface Keeping {
  name: string;
  /** Beside those of its fields; a table whose columns differ by database has them for each. */
  columns: readonly string[] | { sqlite: readonly string[]; postgres: readonly string[] };
  /** Columns that together name one row. */
  key: readonly string[];
  /** Whose its rows are. Those of a service are deleted with it. */
  owner: "service" | "account" | "nobody";
  /** Of a service's: whether its rows are of an entity besides, which takes them along, too. */
  within?: "entity";
  /** The rows that a sweep erases; for a table whose rows stay, the reason. */
  erased: Erased | { never: string };
  /** Why a reset leaves them. */
  survivesReset?: string;
  /** Why they outlive the service that they are of. */
  outlivesService?: string;
  /** How what it has of one person is found, or why it has nothing of anybody. */
  person: OfPerson | { none: string };
  /** Of a table whose changes are told of: what its things are called, and what the audit trail shows of one, or why nothing. */
  audited?: Audited | { never: string };
}

/** One person, as the tables of an account may name him. */
export interface Person {
  accountSid: string;
  /** As it is parsed; empty for one whom only an identity names, and so is its hash. No row has that. */
  recipient: string;
  /** By which recipients are found in their rows. */
  hash: string;
  /** By which identities are; empty for one whom only a recipient names. */
  identityHash: string;
  /** The keyed hashes of a text, one under each secret that there is. */
  hashesOf(text: string): string[];
  /** When it was begun to look for him. */
  since: number;
  /** The rate limits of the account, by service and name. */
  limits: [serviceSid: string, uniqueName: string][];
  /** Posts whose payload tells of him. */
  posts: [serviceSid: string, sid: string][];
  /** The entities of his identity, which are locked. */
  entities: [serviceSid: string, sid: string][];
}

/** The rows of a person, each of which is deleted. */
interface OfPerson {
  /** What they are called where they are counted. */
  as: string;
  /** Those that an index finds at once, in the transaction that erases them. */
  rows?(person: Person): Rows[];
  /** Those that are found by a look at all that there is of the account, some at a time, before that transaction. */
  sought?(person: Person): Rows;
}

export interface Rows {
  where: string;
  values: readonly unknown[];
}

interface Audited {
  as: string;
  /** Nothing secret, no hash, and nothing of a person. A field is told under the name of its column. */
  shows(thing: object): object;
}

/** Rows whose column is below a value. */
export interface Erased {
  column: string;
  /** By default the beginning of what is retained. @param now the store's clock */
  below?: (times: { before: number; now: number }) => Value;
  /** A condition besides, on `$1`. */
  and?: { sqlite: string; postgres: string };
  /** The column with which the index on the other one begins, so that rows are found for each of its values. */
  each?: string;
}

/** A table with the things that stand in its rows. */
export interface Table<T> extends Keeping {
  /** Of the fields, as a statement lists them. */
  fieldColumns: string;
  insert: string;
  /** Writes the row that has its key, from `row`. */
  update: string;
  /** A thing as a row, in the order of `fieldColumns`. */
  row(thing: T): Value[];
  /** A thing by columns, as JSON has it. */
  record(thing: T): Record<string, unknown>;
  /** The reverse of `row`; further columns are left out. */
  of(row: readonly unknown[]): T;
}

type Kind = "plain" | "boolean" | "json";

/** Declares a table: each field of a thing stands in the column of its name with underscores. */
export function table<T extends object>({
  fields,
  besides = [],
  ...keeping
}: Omit<Keeping, "columns" | "audited"> & {
  audited?: (Omit<Audited, "shows"> & { shows(thing: T): object }) | { never: string };
  fields: { [Field in keyof T]-?: Kind };
  /** Columns that a thing does not show. */
  besides?: readonly string[];
}): Table<T> {
  const named = Object.entries<Kind>(fields).map(([field, kind]) => ({ field, kind, column: snakeCase(field) }));
  const columns = named.map(({ column }) => column);
  const fieldColumns = columns.join(", ");
  const of = (thing: T) => thing as Record<string, unknown>;
  const equal = (column: string) => `${column} = $${columns.indexOf(column) + 1}`;
  return {
    ...keeping,
    columns: [...columns, ...besides],
    fieldColumns,
    insert: `INSERT INTO ${keeping.name} (${fieldColumns}) VALUES (${parameters(columns.length)})`,
    update: `UPDATE ${keeping.name} SET ${columns.map(equal).join(", ")} WHERE ${keeping.key.map(equal).join(" AND ")}`,
    row: (thing) => named.map(({ field }) => bound(of(thing)[field])),
    // Every start writes some: pairs that an object is made from would cost more than the object.
    record(thing) {
      const record: Record<string, unknown> = {};
      for (const { field, column } of named) record[column] = of(thing)[field];
      return record;
    },
    of(row) {
      const thing: Record<string, unknown> = {};
      for (const [index, { field, kind }] of named.entries()) thing[field] = read(kind, row[index]);
      return thing as T;
    },
  };
}

/** Columns under the names of their fields, for a database that makes an object of them. */
export function byField(columns: string): string {
  const fieldOf = (column: string) => column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return columns.replaceAll(/\w+/g, (column) => `${column} AS "${fieldOf(column)}"`);
}

/** PostgreSQL gives booleans and documents as they are, SQLite numbers and texts. */
function read(kind: Kind, value: unknown): unknown {
  if (kind === "boolean") return value === true || value === 1;
  return kind === "json" && typeof value === "string" ? JSON.parse(value) : value;
}
