import type { Clock } from "../kernel/clock.ts";
import { readMigrations } from "./migrations.ts";
import type { Store } from "./store.ts";

/**
 * Opens the store that a database URL names: `sqlite:` with a path or `:memory:`, or `postgres://`.
 * The driver of the other is never loaded.
 */
export async function openStore(url: string, clock: Clock): Promise<Store> {
  if (url.startsWith("sqlite:")) {
    const { openSqliteStore } = await import("./sqlite/store.ts");
    return openSqliteStore({ path: url.slice("sqlite:".length), clock });
  }
  const { openPostgresStore } = await import("./postgres/store.ts");
  return openPostgresStore({ url, clock });
}

/** How far the tables of a database are. */
interface MigrationState {
  /** How many migrations ran; undefined for a database that is yet to be made. */
  done: number | undefined;
  /** How many this version of the server has. */
  known: number;
  /** Whether a pooler stands between. */
  isPooled?: boolean;
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
  return { ...(await readState(url)), known: readMigrations("postgres").length };
}
