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
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  plan_cache_mode: "force_generic_plan",
  jit: "off",
};

/** Applies settings to a connection. Those that a database of the same protocol lacks are left out. */
export async function applySettings(client: pg.ClientBase, settings: Record<string, string>): Promise<void> {
  await client.query(
    `SELECT set_config(wanted.name, wanted.value, false)
     FROM json_each_text($1) AS wanted (name, value) JOIN pg_settings ON pg_settings.name = wanted.name
     WHERE wanted.name <> 'synchronous_commit' OR pg_settings.setting = 'off'`,
    [settings],
  );
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

/** Serialization failure and deadlock. */
const lost = new Set(["40001", "40P01"]);

/** What refuses the second of two writers who both read the same state, and who adds to a counter more than it may hold. */
const guards = new Set(["verifications_revision", "verifications_latest", "guard_counts_used"]);
