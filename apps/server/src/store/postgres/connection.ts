import pg from "pg";
import { StoreUnavailableError } from "../../kernel/refusal.ts";

/** What every connection of the store has in common. */
export function connectionConfig(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "countersign",
    connectionTimeoutMillis: 5_000,
    // A host that vanished answers nothing: without a limit its callers would wait for TCP to give up.
    query_timeout: 15_000,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  };
}

/** `bigint` holds times and counts here, which a number holds exactly. */
const parserOf: pg.CustomTypesConfig["getTypeParser"] = (oid, format) =>
  oid === pg.types.builtins.INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format);

/** Settings of a session that the store's promises rest on. */
export const durable = {
  // What is answered is on disk. Stronger settings than this are left as they are.
  synchronous_commit: "on",
  // A process that hangs in a transaction would keep its rows locked for all others.
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "10s",
};

/** For statements that only look up keys: then there is one good plan, whatever the table's size was when it was made. */
export const byKey = {
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  enable_material: "off",
  enable_memoize: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  plan_cache_mode: "force_generic_plan",
  jit: "off",
};

/** What of a session may be relied on. */
export interface Session {
  /** Begins a transaction that has the settings. */
  begin: string;
  /** Begins one that does not wait for the disk: the next that does takes it there, since what is logged is in order. */
  beginAhead: string;
  /** Whether the next transaction finds the settings of the session, and the statements that were prepared under a name. */
  isKept: boolean;
}

/** A connection, and what may be relied on of it. */
export type Connected = Session & { client: pg.Client };

/**
 * Gives a connection its settings. Those that a database of the same protocol lacks are left out. Behind a pooler each
 * transaction may get another session, which is also others': there they are set for one transaction alone, each time.
 * @param isPooled when that is known; else it is found out
 */
export async function openSession(
  client: pg.ClientBase,
  settings: Record<string, string>,
  isPooled = false,
): Promise<Session> {
  const { rows } = await client.query<{ pid: number; name: string; value: string; isOff: boolean }>(
    `SELECT pg_backend_pid() AS pid, wanted.name, wanted.value, pg_settings.setting = 'off' AS "isOff"
     FROM json_each_text($1) AS wanted (name, value) JOIN pg_settings ON pg_settings.name = wanted.name`,
    [settings],
  );
  const isSync = ({ name }: { name: string }) => name === "synchronous_commit";
  const wanted = rows.filter((row) => !isSync(row) || row.isOff);
  const set = (words: string) => wanted.map(({ name, value }) => `; ${words} ${name} = '${value}'`).join("");
  const ahead = rows.some(isSync) ? "; SET LOCAL synchronous_commit = 'off'" : "";
  // The database told its process when it connected. A pooler tells a number of its own, since any process may follow.
  const { processID } = client as unknown as { processID: number };
  const isKept = !isPooled && rows[0]?.pid === processID;
  const begin = isKept ? "BEGIN" : `BEGIN${set("SET LOCAL")}`;
  if (isKept) await client.query(set("SET SESSION"));
  return { begin, beginAhead: begin + ahead, isKept };
}

/** Whether the error tells that a statement was prepared in another session than it was run in. */
export function isOtherSession(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === "26000" || error.code === "42P05");
}

/** What a failed query means to the caller of a store. */
export function storeError(error: unknown): unknown {
  return isUnavailable(error) ? new StoreUnavailableError("The database cannot be reached.", { cause: error }) : error;
}

/** Whether the database is away, or too busy to decide. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return unavailable.test(error.code ?? "") || isConflict(error);
  // The driver and the sockets throw plain errors. A mistake of ours is not to pass for the database's.
  return error instanceof Error && !mistakes.some((mistake) => error instanceof mistake);
}

/**
 * SQLSTATE classes: connection, transaction, resources, operator intervention, system error; then lock time-out,
 * read-only (a replica), time-outs of an idle session.
 */
const unavailable = /^(08|40|53|57|58|55P03|25006|25P0[34])/;

const mistakes = [TypeError, ReferenceError, RangeError, SyntaxError];

/** Whether a transaction lost against another one, and may succeed when it is run again. */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return lost.has(error.code ?? "") || guards.has(error.constraint ?? "");
}

/** A column that fails the transaction unless a condition holds. What it says stands in the database's log. */
export function failUnless(condition: string): string {
  return `CAST(CASE WHEN ${condition} THEN '0' ELSE '${changedMeanwhile}' END AS integer)`;
}

/** Whether that is why a transaction failed. */
export function isChanged(error: unknown): boolean {
  return error instanceof Error && error.message.includes(changedMeanwhile);
}

const changedMeanwhile = "Changed meanwhile: it is decided again.";

/** Serialization failure and deadlock. */
const lost = new Set(["40001", "40P01"]);

/** What refuses the second of two writers who both read the same state, and who adds to a counter more than it may hold. */
const guards = new Set(["verifications_revision", "verifications_latest", "guard_counts_used"]);
