import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { randomFraction } from "../../kernel/random.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { bound, type Result, run, type Sql, type Statement, type Work } from "../../sql/text.ts";
import { aloneWaitMs } from "../fold.ts";
import { readMigrations } from "../migrations.ts";
import {
  byKey,
  connectionConfig,
  durable,
  isChanged,
  isConflict,
  isOtherSession,
  openSession,
  type Session,
  storeError,
} from "./connection.ts";
import { selectTime } from "./time.ts";
import { asked, sendTogether, sendWhole } from "./trip.ts";

export interface Database {
  sql: Sql;
  /** For what looks up keys alone, and is asked for all the time: its statements may be prepared. One after the other. */
  byKey: Sql["transact"];
  /**
   * The same for statements that are one transaction, in one message.
   * @returns whether it is on disk; else something was not as they assume, and nothing was changed
   */
  together: (statements: readonly Statement[]) => Promise<boolean>;
  /**
   * Does work of many steps in one transaction, one after the other of those who share the database: what it is given is on
   * disk when this resolves, or undone. It may be begun anew.
   */
  alone: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  close: () => Promise<void>;
}

/** Brings the tables up to date, and opens connections for everything but decisions. */
export async function openDatabase(url: string): Promise<Database> {
  // A migration may take longer than any query of a request.
  const found = await orStoreError(
    withClient({ ...connectionConfig(url), query_timeout: 0 }, async (client) => {
      await migrate(client);
      return openSession(client, durable);
    }),
  );
  const { pool, ...all } = openPool(url, 3, durable, found);
  const { pool: keyed, ...ofKeys } = openPool(url, 1, { ...durable, ...byKey }, found);
  const inTransaction = <T>(work: () => Work<T>) => all.transact((transaction) => drive(transaction, work()));
  return {
    sql: {
      read: async (text, values = []) => (await ask(pool, text, values)).rows,
      run: (text, values = []) => (all.isKept() ? ask(pool, text, values) : inTransaction(() => run(text, values))),
      transact: inTransaction,
    },
    byKey: (work) => ofKeys.transact((transaction) => drive(transaction, work())),
    together: (statements) => sendTogetherBy(keyed, statements, ofKeys.session),
    alone: (work) =>
      all.transact(async ({ client }) => {
        await waitForOthers(client);
        return work(within(client));
      }),
    close: async () => void (await Promise.all([pool.end(), keyed.end()])),
  };
}

/** @param session of the database's sessions until one has the settings */
function openPool(url: string, max: number, settings: Record<string, string>, session: Session) {
  let latest = session;
  const pool = new pg.Pool({
    ...connectionConfig(url),
    max,
    pipeline: true,
    async onConnect(client) {
      // A lost connection fails the query that is under way; unheard, the event would end the process. It may come just
      // when whoever waited is given the connection and does not listen yet.
      client.on("error", ignore);
      latest = await openSession(client, settings);
    },
  });
  // An idle connection that is lost is replaced when it is needed.
  pool.on("error", ignore);
  return {
    pool,
    session: () => latest,
    isKept: () => latest.isKept,
    transact: <T>(work: Doing<T>) => transact(pool, work, () => latest),
  };
}

const triesMax = 5;

/** A transaction that was begun. */
interface Transaction extends Pick<Session, "isKept"> {
  client: pg.PoolClient;
  /** Commits along with the statement that it is given. */
  endWith: (last: () => Promise<Result>) => Promise<Result>;
}

/** What is done in a transaction. */
type Doing<T> = (transaction: Transaction) => Promise<T>;

/** Commits unless the work throws, which runs again if the transaction lost against another one. */
async function transact<T>(pool: pg.Pool, work: Doing<T>, sessionOf: () => Session): Promise<T> {
  for (let triesLeft = triesMax; ; triesLeft -= 1) {
    try {
      return await tryOnce(pool, work, sessionOf);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      // A pooler that could not be told from the database.
      if (isOtherSession(cause)) sessionOf().isKept = false;
      else if (!isConflict(cause)) throw error;
      if (triesLeft <= 1) throw error;
    }
  }
}

async function tryOnce<T>(pool: pg.Pool, work: Doing<T>, sessionOf: () => Session): Promise<T> {
  const client = (await orStoreError(pool.connect())) as pg.PoolClient & pg.Client;
  const { begin, isKept } = sessionOf();
  let isCommitted = false;
  const endWith: Transaction["endWith"] = async (last) => {
    const [result] = await sendTogether(client, () => [last(), ask(client, "COMMIT")]);
    isCommitted = true;
    return result;
  };
  try {
    // The first statement does not wait for the transaction to begin.
    const [, result] = await sendTogether(client, () => [ask(client, begin), work({ client, isKept, endWith })]);
    if (!isCommitted) await ask(client, "COMMIT");
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    client.release(true);
    throw error;
  }
}

async function sendTogetherBy(pool: pg.Pool, statements: readonly Statement[], sessionOf: () => Session) {
  const client = (await orStoreError(pool.connect())) as pg.PoolClient & pg.Client;
  try {
    await sendWhole({ client, ...sessionOf() }, statements.map(asked));
    client.release();
    return true;
  } catch (error) {
    client.release(!isChanged(error));
    if (isChanged(error) || isConflict(error) || isOtherSession(error)) return false;
    throw storeError(error);
  }
}

async function drive<T>({ client, isKept, endWith }: Transaction, work: Work<T>): Promise<T> {
  let step = work.next();
  while (!step.done) {
    const { text, values, name, isLast } = step.value;
    const run = () => ask(client, text, values, isKept ? name : undefined);
    step = work.next(await (isLast ? endWith(run) : run()));
    if (isLast && !step.done) throw new Error("Something follows the last statement of a transaction.");
  }
  return step.value;
}

/** Work of many steps takes longer than a lock may be waited for, and than a query may take. */
async function waitForOthers(client: pg.PoolClient): Promise<void> {
  const until = performance.now() + aloneWaitMs;
  for (;;) {
    const { rows } = await ask(client, "SELECT pg_try_advisory_xact_lock($1)", [aloneLock]);
    if (rows[0]?.[0] === true) return;
    if (performance.now() >= until) throw new StoreUnavailableError("Others change much at once.");
    await wait(20 + 80 * randomFraction());
  }
}

/** The database within a transaction: a piece of work that throws is undone alone. */
function within(client: pg.PoolClient): Sql {
  const apart = async <T>(work: () => Promise<T>): Promise<T> => {
    await ask(client, "SAVEPOINT step");
    try {
      const result = await work();
      await ask(client, "RELEASE SAVEPOINT step");
      return result;
    } catch (error) {
      await ask(client, "ROLLBACK TO SAVEPOINT step");
      throw error;
    }
  };
  return {
    read: async (text, values = []) => (await ask(client, text, values)).rows,
    run: (text, values = []) => apart(() => ask(client, text, values)),
    transact: (work) => apart(() => drive({ client, isKept: false, endWith: (last) => last() }, work())),
  };
}

async function ask(
  client: pg.Pool | pg.PoolClient,
  text: string,
  values: readonly unknown[] = [],
  name?: string,
): Promise<Result> {
  const query = { ...(name !== undefined && { name }), text, values: values.map(bound), rowMode: "array" as const };
  const { rows, rowCount } = await orStoreError(client.query<unknown[]>(query));
  return { rows, count: rowCount ?? 0 };
}

function ignore(): void {}

async function orStoreError<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw storeError(error);
  }
}

/**
 * Brings the tables up to date, in one transaction. Forward only: a file that ran is never run again nor changed.
 * Processes that start together wait for the first, and then find nothing to do. Where nothing is to be done from the
 * beginning, a role does that may not change tables.
 */
async function migrate(client: pg.Client): Promise<void> {
  if ((await waitingOn(client)).length === 0) return;
  await client.query("BEGIN");
  await client.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
  await client.query("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY)");
  for (const { name, sql } of await waitingOn(client)) {
    await client.query(sql);
    await client.query("INSERT INTO migrations (name) VALUES ($1)", [name]);
  }
  await client.query("COMMIT");
}

async function waitingOn(client: pg.Client) {
  const { rows: tables } = await client.query("SELECT to_regclass('migrations') IS NOT NULL AS exist");
  const { rows } = tables[0].exist ? await client.query<{ name: string }>("SELECT name FROM migrations") : { rows: [] };
  const applied = new Set(rows.map(({ name }) => name));
  return readMigrations("postgres").filter(({ name }) => !applied.has(name));
}

/** Any number that nothing else locks: keys of recipients are 64 random bits. */
const migrationLock = 60_200;
const aloneLock = 60_201;

/**
 * Looks at a database, and changes nothing.
 * @param tables names of all that the server reads and writes
 * @throws for a pooler that has no transactions
 */
export function readState(url: string, tables: readonly string[]) {
  return withClient(connectionConfig(url), async (client) => {
    const { begin, isKept } = await openSession(client, durable);
    await client.query(begin);
    const { rows } = await client.query<{
      exist: boolean;
      mayMigrate: boolean;
      lacking: string[];
      mayTruncate: boolean;
    }>(
      `SELECT to_regclass('migrations') IS NOT NULL AS exist,
         coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AND coalesce(pg_has_role(
           (SELECT relowner FROM pg_class WHERE oid = to_regclass('migrations')), 'USAGE'), true) AS "mayMigrate",
         ARRAY(SELECT name FROM unnest($1::text[]) AS name WHERE NOT (${rights
           .map((right) => `has_table_privilege(to_regclass(name), '${right}')`)
           .join(" AND ")})) AS lacking,
         coalesce(has_table_privilege(to_regclass('day_keys'), 'TRUNCATE'), true) AS "mayTruncate"`,
      [tables],
    );
    const { exist, ...role } = rows[0] ?? { exist: false, mayMigrate: true, lacking: [], mayTruncate: true };
    const count = "SELECT count(*)::int AS done FROM migrations";
    const done: number | undefined = exist ? (await client.query(count)).rows[0].done : undefined;
    const begun = Date.now();
    const { rows: time } = await client.query<[string]>({ text: selectTime, rowMode: "array" });
    const aheadMs = (begun + Date.now()) / 2 - Number(time[0]?.[0]);
    return { done, isPooled: !isKept, aheadMs, ...role };
  });
}

const rights = ["SELECT", "INSERT", "UPDATE", "DELETE"] as const;

/** Lets a role read and write all rows, write the table of day keys anew, and do nothing else. */
export function grantRows(url: string, role: string, tables: readonly string[]): Promise<void> {
  return withClient(connectionConfig(url), async (client) => {
    const { rows } = await client.query<{ schema: string }>("SELECT current_schema() AS schema");
    const to = `TO ${pg.escapeIdentifier(role)}`;
    await client.query(`GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(rows[0]?.schema ?? "")} ${to};
      GRANT SELECT ON migrations ${to}; GRANT ${rights} ON ${tables} ${to};
      GRANT TRUNCATE ON day_keys ${to}`);
  });
}

/** Ends the connection in the end, and with it a transaction that failed. */
async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on("error", ignore);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(ignore);
  }
}
