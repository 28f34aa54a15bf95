/** What can be bound. Booleans are bound as 0 and 1, documents as their JSON. */
export type Value = string | number | null;

/** One statement, in PostgreSQL's words that SQLite knows too; `sqliteText` turns the rest. */
export interface Statement {
  text: string;
  values: readonly Value[];
  /** Under which a session may prepare it: no other text has it. */
  name?: string;
  /** Nothing follows it in its transaction, so that the commit need not wait for its result. */
  isLast?: true;
}

export interface Result {
  /** In the order of the columns. */
  rows: unknown[][];
  /** How many rows it gave, or changed where it gives none. */
  count: number;
}

/**
 * A piece of work in one transaction: it yields statements, and is given their results. SQLite drives it to its end in
 * one turn of the event loop, so that many share a commit; PostgreSQL awaits each statement.
 */
export type Work<T> = Generator<Statement, T, Result>;

/** A database for everything but the decisions on verifications. Whatever it throws is an error that a store may throw. */
export interface Sql {
  /** One statement that only reads what is committed. @returns its rows */
  read(text: string, values?: readonly unknown[]): Promise<unknown[][]>;
  /** One statement that writes. It is on disk when this resolves. */
  run(text: string, values?: readonly unknown[]): Promise<Result>;
  /** All of the work or, if it throws, nothing. It may be begun anew, so it has no effect but in the database. */
  transact<T>(work: () => Work<T>): Promise<T>;
}

/** Runs a statement within a piece of work. */
export function* run(text: string, values: readonly unknown[] = []): Work<Result> {
  return yield { text, values: values.map(bound) };
}

/** The same statements, the last of which is that of their transaction. */
export function ending(statements: readonly Statement[]): Statement[] {
  return statements.map((statement, index) =>
    index === statements.length - 1 ? { ...statement, isLast: true } : statement,
  );
}

export function bound(value: unknown): Value {
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** SQLite has one writer at a time, which needs no locks on rows, and no number. */
export function sqliteText(text: string): string {
  const numbered = text.replaceAll(/\$(\d+)/g, "?$1").replaceAll("pg_backend_pid()", "0");
  return numbered.replaceAll(/\s+FOR (UPDATE( SKIP LOCKED)?|KEY SHARE)/g, "");
}

/** `$1, $2, $3`, from a number on. */
export function parameters(count: number, first = 1): string {
  return Array.from({ length: count }, (_, index) => `$${first + index}`).join(", ");
}
