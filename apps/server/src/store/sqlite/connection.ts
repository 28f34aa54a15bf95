import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import Libsql from "libsql";
import LibsqlPromise from "libsql/promise";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { type Result, type Statement as Step, sqliteText, type Value } from "../../sql/text.ts";

/** A connection to one database. Every call throws what `storeError` makes of the fault. */
export interface Connection {
  prepare<Row extends unknown[]>(sql: string): Statement<Row>;
  exec(sql: string): void;
  /** The same in another thread, so that the event loop goes on while the disk works. Nothing else may run meanwhile. */
  execInBackground(sql: string): Promise<void>;
  close(): void;
}

/** Rows are arrays, in the order of the columns: libsql takes twice as long for objects. */
export interface Statement<Row extends unknown[]> {
  // No boolean can be bound: libsql ends the process for one.
  /** Runs it when the number of rows that it changes does not matter, which is faster. */
  execute(values: readonly Value[]): void;
  get(values: readonly Value[]): Row | undefined;
  query(values: readonly Value[]): Result;
}

/**
 * Opens the file, or memory for `:memory:`.
 * A commit is on disk when it returns (`synchronous=FULL`), and what is deleted is overwritten (`secure_delete`).
 */
export function connect(path: string): Connection {
  const db = open(path);
  prepareSession(db);
  let isOpen = true;

  function call<T>(work: () => T): T {
    if (!isOpen) throw closed();
    return guarded(work);
  }

  return {
    prepare<Row extends unknown[]>(sql: string): Statement<Row> {
      let prepared: Libsql.Statement | undefined;
      // Each start and check runs some: without a closure of its own.
      function use<T>(work: (statement: Libsql.Statement, values: readonly Value[]) => T, values: readonly Value[]): T {
        if (!isOpen) throw closed();
        try {
          const statement = prepared ?? prepareRaw(db, sql);
          // Libsql does not reset a statement that failed, and the next call would run it with the values of this one.
          prepared = undefined;
          const result = work(statement, values);
          prepared = statement;
          return result;
        } catch (error) {
          throw storeError(error);
        }
      }
      // It is the statement's for good, and to ask again costs a call.
      const resultOf = use(({ reader }) => reader, []) ? rowsOf : changesOf;
      return {
        execute: (values) => void use(firstOf, values),
        get: (values) => use(firstOf, values) as Row | undefined,
        query: (values) => use(resultOf, values),
      };
    },
    exec: (sql) => void call(() => db.exec(sql)),
    async execInBackground(sql) {
      // Both classes of libsql wrap the same connection, but each has only one kind of `exec`.
      await call(() => LibsqlPromise.prototype.exec.call(db, sql)).catch((error: unknown) => {
        throw storeError(error);
      });
    },
    close() {
      isOpen = false;
      db.close();
    },
  };
}

const closed = () => new StoreUnavailableError("The store is closed.");

const firstOf = (statement: Libsql.Statement, values: readonly Value[]): unknown => statement.get(values);

function rowsOf(statement: Libsql.Statement, values: readonly Value[]): Result {
  const rows = statement.all(values) as unknown[][];
  return { rows, count: rows.length };
}

function changesOf(statement: Libsql.Statement, values: readonly Value[]): Result {
  return { rows: [], count: statement.run(values).changes };
}

/** Makes what runs statements that are written for both databases, each text prepared once. */
export function createRunner(connection: Connection): (step: Step) => Result {
  const prepared = new Map<string, Statement<unknown[]>>();
  return ({ text, values }) => {
    let statement = prepared.get(text);
    if (!statement) {
      statement = connection.prepare(sqliteText(text));
      prepared.set(text, statement);
    }
    return statement.query(values);
  };
}

function prepareRaw(db: Libsql.Database, sql: string): Libsql.Statement {
  const statement = db.prepare(sql);
  return statement.reader ? statement.raw() : statement;
}

const pragmas = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -32768;
  PRAGMA wal_autocheckpoint = 0;
`;

const openingMs = 5_000;

/** A new file changes to its log of writes once nobody writes: for that alone SQLite does not wait, as for others it does. */
function prepareSession(db: Libsql.Database): void {
  for (const until = performance.now() + openingMs; ; Atomics.wait(pause, 0, 0, 5)) {
    try {
      guarded(() => db.exec(pragmas));
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= until) throw error;
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

function open(path: string): Libsql.Database {
  try {
    if (path === ":memory:") return new Libsql(path);
    const file = resolve(path);
    keepPrivate(file);
    return new Libsql(file);
  } catch (error) {
    // Libsql gives no code here, but whatever it is, there is no database.
    throw new StoreUnavailableError(`The database ${path} cannot be opened.`, { cause: error });
  }
}

/**
 * Nobody but the owner may read or write the file and those beside it, which SQLite makes with the file's own mode.
 * A file that is there is never opened for it: to close it again would end the locks of all its connections.
 */
function keepPrivate(file: string): void {
  if (!existsSync(file)) writeFileSync(file, "", { flag: "a", mode: 0o600 });
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    if (existsSync(name) && (statSync(name).mode & 0o077) !== 0) chmodSync(name, 0o600);
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

/** What a caller gets to see: StoreUnavailableError if the database could not be used, else the error itself. */
export function storeError(error: unknown): unknown {
  const code = primaryCode(error);
  return code !== undefined && unusable.has(code)
    ? new StoreUnavailableError("The database cannot be used.", { cause: error })
    : error;
}

/** Another process writes, or reads in a way that must not be disturbed. */
export function isBusy(error: unknown): boolean {
  return error instanceof StoreUnavailableError && primaryCode(error.cause) === sqlite.busy;
}

/** The low byte of SQLite's extended result code. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Libsql.SqliteError && error.rawCode !== undefined ? error.rawCode & 0xff : undefined;
}

/** Result codes of https://sqlite.org/rescode.html. */
const sqlite = {
  perm: 3,
  busy: 5,
  locked: 6,
  noMemory: 7,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notADatabase: 26,
} as const;

const unusable = new Set<number>(Object.values(sqlite));
