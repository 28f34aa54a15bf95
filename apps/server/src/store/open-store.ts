import type { Clock } from "../kernel/clock.ts";
import type { KeyWrapping } from "./day-keys.ts";
import { readMigrations } from "./migrations.ts";
import type { Store, StoreLog } from "./store.ts";
import { tables } from "./tables.ts";

interface StoreOptions {
  log?: StoreLog;
  wrapping?: KeyWrapping;
}

/**
 * Opens the store that a database URL names: `sqlite:` with a path or `:memory:`, or `postgres://`.
 * The driver of the other is never loaded.
 * @param clock by default the database's own; of SQLite, which is on one machine, that machine's
 * @param options `wrapping` seals the keys that recipients are sealed under: a vault, but where no recipient is looked at
 */
export async function openStore(url: string, clock?: Clock, options: StoreOptions = {}): Promise<Store> {
  if (url.startsWith("sqlite:")) {
    const { openSqliteStore } = await import("./sqlite/store.ts");
    return openSqliteStore({ path: url.slice("sqlite:".length), clock: clock ?? Date.now, ...options });
  }
  const { openPostgresStore } = await import("./postgres/store.ts");
  return openPostgresStore({ url, clock, ...options });
}

/** How far the tables of a database are. */
interface MigrationState {
  /** How many migrations ran; undefined for a database that is yet to be made. */
  done: number | undefined;
  /** How many this version of the server has. */
  known: number;
  /** Whether a pooler stands between. */
  isPooled?: boolean;
  /** By how much this machine's clock is ahead of the database's. */
  aheadMs?: number;
  /** Whether the role may change tables. */
  mayMigrate?: boolean;
  /** Tables that there are and whose rows the role may not read and write. */
  lacking?: string[];
  /** Whether the role may write the table of day keys anew. */
  mayTruncate?: boolean;
}

/**
 * Looks at a database, and changes nothing.
 * @param url as `openStore` takes it.
 * @throws Error when it cannot be reached.
 */
export async function readMigrationState(url: string): Promise<MigrationState> {
  if (url.startsWith("sqlite:")) {
    const { migrationsDone } = await import("./sqlite/database.ts");
    return { done: await migrationsDone(url.slice("sqlite:".length)), known: readMigrations("sqlite").length };
  }
  const { readState } = await import("./postgres/database.ts");
  return { ...(await readState(url, tableNames)), known: readMigrations("postgres").length };
}

/** Lets a role of PostgreSQL do what `serve` does on tables that are up to date, and nothing else. */
export async function grantServing(url: string, role: string): Promise<void> {
  const { grantRows } = await import("./postgres/database.ts");
  await grantRows(url, role, tableNames);
}

const tableNames = tables.map(({ name }) => name);
