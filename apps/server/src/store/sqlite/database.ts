import { createCheckpointer } from "./checkpointer.ts";
import { type Connection, connect } from "./connection.ts";
import { createLane, type Lane } from "./lane.ts";
import { migrate } from "./migrate.ts";

export interface Database {
  /** Statements of jobs that write are prepared on this one, all others on the reader. */
  writer: Connection;
  reader: Connection;
  /** See `Lane`. */
  write: Lane["write"];
  /** Reads what is committed. */
  read<T>(job: () => T): Promise<T>;
  /** Has something forgotten at the beginning of each transaction. */
  onBegin(forget: () => void): void;
  /** Moves everything from the log of writes to the file, and empties the log. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  path: string;
  busyTimeoutMs: number;
}

/** Opens the database and brings its tables up to date. */
export function openDatabase({ path, busyTimeoutMs }: DatabaseOptions): Database {
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
    // A database in memory belongs to its connection. There a transaction never outlasts a turn of the event loop, so
    // that nobody reads what is not committed; in a file it does, and readers have a connection of their own.
    const isFile = path !== ":memory:";
    const reader = isFile ? open() : writer;
    const ofCheckpoints = isFile ? open() : undefined;
    for (const connection of opened) connection.exec(patience);

    const forgetters: (() => void)[] = [];
    const lane = createLane(writer, {
      busyTimeoutMs,
      // Another thread takes as long to wake as a good disk takes to write. Where only one waits, it is spared that.
      commit: async (isForOne) => (isFile && !isForOne ? writer.execInBackground("COMMIT") : writer.exec("COMMIT")),
      onBegin() {
        for (const forget of forgetters) forget();
      },
      onCommit: () => checkpointer?.committed(),
    });
    const checkpointer = ofCheckpoints && createCheckpointer(ofCheckpoints, writer, lane);
    const checkpoint = async () => checkpointer?.empty();
    return {
      writer,
      reader,
      write: lane.write,
      read: async (job) => job(),
      onBegin: (forget) => void forgetters.push(forget),
      checkpoint,
      async close() {
        await lane.close();
        // Then the file alone holds everything. Another process that uses it may be in the way, and does it later.
        await checkpoint().catch(() => {});
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
