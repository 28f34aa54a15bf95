import pg from "pg";
import { applySettings, connectionConfig, durable, isConflict, storeError } from "./connection.ts";

/** Connections for everything but decisions. Whatever they throw is an error that a store may throw. */
export interface Database {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
  /** Commits unless `work` throws; `work` runs again if the transaction lost against another one. */
  transaction<T>(work: (query: Database["query"]) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ ...connectionConfig(url), max: 4, onConnect: (client) => applySettings(client, durable) });
  // An idle connection that is lost is replaced when it is needed.
  pool.on("error", ignore);
  return {
    query: (text, values) => orStoreError(pool.query(text, values)),
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

async function runTransaction<T>(pool: pg.Pool, work: (query: Database["query"]) => Promise<T>): Promise<T> {
  const client = await orStoreError(pool.connect());
  // A lost connection fails the query that is under way; unheard, the event would end the process.
  client.on("error", ignore);
  const query: Database["query"] = (text, values) => orStoreError(client.query(text, values));
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
