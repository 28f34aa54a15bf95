import pg from "pg";
import { applySettings, connectionConfig, durable, isConflict, storeError } from "./connection.ts";

/** Connections for everything but decisions. Whatever they throw is an error that a store may throw. */
export interface Database {
  query: Query;
  /** Commits unless `work` throws; `work` runs again if the transaction lost against another one. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Query = (statement: string | pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ ...connectionConfig(url), max: 4, onConnect: (client) => applySettings(client, durable) });
  // An idle connection that is lost is replaced when it is needed.
  pool.on("error", ignore);
  return {
    query: (statement) => orStoreError(pool.query(statement as pg.QueryArrayConfig)),
    async transaction(work) {
      for (let triesLeft = triesMax; ; triesLeft -= 1) {
        try {
          return await runTransaction(pool, work);
        } catch (error) {
          if (triesLeft > 1 && error instanceof Error && isConflict(error.cause)) continue;
          throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

const triesMax = 5;

async function runTransaction<T>(pool: pg.Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await orStoreError(pool.connect());
  // A lost connection fails the query that is under way; unheard, the event would end the process.
  client.on("error", ignore);
  const query: Query = (statement) => orStoreError(client.query(statement as pg.QueryArrayConfig));
  try {
    await query("BEGIN");
    const result = await work(query);
    await query("COMMIT");
    client.removeListener("error", ignore);
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    client.release(true);
    throw error;
  }
}

function ignore(): void {}

async function orStoreError<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw storeError(error);
  }
}
