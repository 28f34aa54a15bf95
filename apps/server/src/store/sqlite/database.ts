import { existsSync } from "node:fs";
import { resolve } from "node:path";
import Libsql from "libsql";
import type { Service } from "../../services/service.ts";
import { bound, type Sql, type Work } from "../../sql/text.ts";
import { readMigrations } from "../migrations.ts";
import type { StoreLog } from "../store.ts";
import { type Connection, connect, createRunner } from "./connection.ts";
import { createLane, type Lane } from "./lane.ts";

export interface Database {
  /** On this one everything that writes is prepared. */
  writer: Connection;
  /** See `Lane`. */
  write: Lane["write"];
  /** For everything but decisions. */
  sql: Sql;
  /** Does work of many steps in one transaction: what its database is given is on disk when this resolves, or undone. */
  alone: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** By sid, what the transaction has read. */
  services: Map<string, Service | undefined>;
  /** Moves everything from the log of writes to the file, and empties the log. */
  checkpoint(): Promise<void>;
  /** How many times that failed in a row. */
  checkpointFailures(): number;
  close(): Promise<void>;
}

/** Opens the database and brings its tables up to date. */
export function openDatabase(path: string, busyTimeoutMs: number, log?: StoreLog): Database {
  const opened: Connection[] = [];
  const closeAll = () => {
    for (const connection of opened) connection.close();
  };
  const open = () => {
    const connection = connect(path);
    opened.push(connection);
    return connection;
  };
  try {
    const writer = open();
    migrate(writer);
    forgetStatistics(writer);
    // A database in memory belongs to its connection. There a transaction never outlasts a turn of the event loop, so
    // that nobody reads what is not committed; in a file it does, and readers have a connection of their own.
    const isFile = path !== ":memory:";
    const reader = isFile ? open() : writer;
    const ofCheckpoints = isFile ? open() : undefined;
    for (const connection of opened) connection.exec(patience);

    const services: Database["services"] = new Map();
    const lane = createLane(writer, { busyTimeoutMs, isFile, remembered: services });
    const checkpoints = ofCheckpoints ? createCheckpointer(ofCheckpoints, writer, lane, log) : noCheckpoints;
    return {
      writer,
      write: lane.write,
      sql: createSql(reader, writer, (job) =>
        lane.write(() => {
          services.clear();
          return job();
        }),
      ),
      alone: (work) => lane.alone(() => work(createSql(writer, writer, async (job) => stepOf(writer, job)))),
      services,
      checkpoint: checkpoints.run,
      checkpointFailures: checkpoints.failures,
      async close() {
        await lane.close();
        // Then the file alone holds everything. Another process that uses it may be in the way, and does it later.
        await checkpoints.run().catch(() => {});
        closeAll();
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** Whoever waits for another process does so between turns of the event loop, and hardly in SQLite, which stops it. */
const patience = "PRAGMA busy_timeout = 20";

/**
 * Whoever runs ANALYZE on the file has SQLite go by what the tables held then: one that had a row is read whole ever after,
 * which took half of what the service can do. Without statistics each statement takes its index.
 */
function forgetStatistics(db: Connection): void {
  db.exec("DROP TABLE IF EXISTS sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4; PRAGMA writable_schema = RESET");
}

/** Runs pieces of work that are written for both databases, each to its end at once. */
function createSql(reader: Connection, writer: Connection, write: <T>(job: () => T) => Promise<T>): Sql {
  const onReader = createRunner(reader);
  const onWriter = createRunner(writer);
  const drive = <T>(work: Work<T>): T => {
    let step = work.next();
    while (!step.done) step = work.next(onWriter(step.value));
    return step.value;
  };
  return {
    read: async (text, values = []) => onReader({ text, values: values.map(bound) }).rows,
    run: (text, values = []) => write(() => onWriter({ text, values: values.map(bound) })),
    transact: (work) => write(() => drive(work())),
  };
}

/** A piece of work within a transaction: if it throws, it is undone alone. */
function stepOf<T>(writer: Connection, job: () => T): T {
  writer.exec("SAVEPOINT step");
  try {
    const result = job();
    writer.exec("RELEASE step");
    return result;
  } catch (error) {
    writer.exec("ROLLBACK TO step; RELEASE step");
    throw error;
  }
}

type Checkpointing = Pick<Connection, "execInBackground">;

/** The log is then some ten MB long, and moving it holds up commits for some ten ms. */
const commitsMax = 100;

/**
 * Moves what was committed from the log of writes to the file, in threads beside the event loop. By itself SQLite does
 * all of it within a commit, and everybody waits.
 * @returns what empties the log at once
 */
export function createCheckpointer(
  own: Checkpointing,
  writer: Checkpointing,
  lane: Pick<Lane, "between" | "onCommit">,
  log?: StoreLog,
) {
  let [commits, failures] = [0, 0];
  let running: Promise<void> | undefined;

  async function move(): Promise<void> {
    commits = 0;
    // Nearly everything is moved while writes go on. They wait only for the rest, since the log begins anew when nothing
    // in it is left to move.
    await own.execInBackground("PRAGMA wal_checkpoint(PASSIVE)");
    await lane.between(() => writer.execInBackground("PRAGMA wal_checkpoint(PASSIVE)"));
    failures = 0;
  }

  lane.onCommit(() => {
    commits += 1;
    if (running || commits < commitsMax) return;
    // What fails is tried again some commits later. Until then the log grows.
    running = move()
      .catch((error: unknown) => {
        failures += 1;
        log?.error({ err: error, failures }, "the log of writes cannot be moved to the file");
      })
      .finally(() => {
        running = undefined;
      });
  });
  return {
    failures: () => failures,
    async run(): Promise<void> {
      await running;
      await lane.between(() => writer.execInBackground("PRAGMA wal_checkpoint(TRUNCATE)"));
    },
  };
}

/** A database in memory has no log. */
const noCheckpoints = { failures: () => 0, run: async () => {} };

/**
 * Brings the tables up to date, in one transaction. Forward only: a file that ran is never run again nor changed.
 * `user_version` counts the files that ran. Processes that start together wait for the first, and then find nothing to do.
 * @throws Error for a database that a newer version of the server has changed.
 */
export function migrate(db: Connection, migrations = ownMigrations()): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    const [done] = db.prepare<[number]>("PRAGMA user_version").get([]) ?? [0];
    if (done > migrations.length) throw new Error("The database belongs to a newer version of the server.");
    const whole = done === 0 ? tablesOf.get(migrations) : undefined;
    for (const sql of whole ? [whole] : migrations.slice(done).map(({ sql }) => sql)) db.exec(sql);
    if (done === 0 && !whole) tablesOf.set(migrations, tablesIn(db));
    db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

type Migrations = ReturnType<typeof readMigrations>;

let own: Migrations | undefined;

function ownMigrations(): Migrations {
  own ??= readMigrations("sqlite");
  return own;
}

/** What migrations make of nothing, once they ran in this process: to make tables and then alter them takes four times as long. */
const tablesOf = new WeakMap<Migrations, string>();

function tablesIn(db: Connection): string {
  const { rows } = db.prepare("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid").query([]);
  return rows.map(([sql]) => `${sql};`).join("\n");
}

/** How many migrations ran on a file; undefined for one that is yet to be made. It changes nothing. */
export async function migrationsDone(path: string): Promise<number | undefined> {
  if (path === ":memory:" || !existsSync(resolve(path))) return undefined;
  const db = new Libsql(resolve(path), { readonly: true });
  try {
    return (db.prepare("PRAGMA user_version").raw().get() as [number])[0];
  } finally {
    db.close();
  }
}
