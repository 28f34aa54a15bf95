import type { Clock, Store } from "../../ports.ts";
import { createAccountStore } from "./accounts.ts";
import { createAttemptStore } from "./attempts.ts";
import { type Connection, connect } from "./connection.ts";
import { createDecider } from "./decider.ts";
import { createLane } from "./lane.ts";
import { migrate } from "./migrate.ts";
import { createOutboxStore } from "./outbox.ts";
import { createEraser, createEventReader, createReset } from "./retention.ts";
import { createServiceStore } from "./services.ts";

export interface SqliteOptions {
  /** A file, which is made if there is none, or `:memory:`. */
  path: string;
  clock: Clock;
  /** How long a command waits for another process that writes to the same file. */
  busyTimeoutMs?: number;
}

/**
 * Opens the store on SQLite and brings its tables up to date. Several processes may open the same file.
 * @throws StoreUnavailableError when the file cannot be opened.
 */
export async function openSqliteStore({ path, clock, busyTimeoutMs = 5000 }: SqliteOptions): Promise<Store> {
  const db = connect(path);
  try {
    migrate(db);
    return createStore(db, clock, busyTimeoutMs);
  } catch (error) {
    db.close();
    throw error;
  }
}

function createStore(db: Connection, clock: Clock, busyTimeoutMs: number): Store {
  const lane = createLane(db, { busyTimeoutMs });
  let closed: Promise<void> | undefined;
  return {
    decide: createDecider(db, lane, clock),
    services: createServiceStore(db, lane),
    attempts: createAttemptStore(db, lane),
    accounts: createAccountStore(db, lane),
    outbox: createOutboxStore(db, lane),
    events: createEventReader(db, lane),
    erase: createEraser(db, lane),
    reset: createReset(db, lane),
    close() {
      closed ??= lane.close();
      return closed;
    },
  };
}
