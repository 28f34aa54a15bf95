import type { Clock } from "../kernel/clock.ts";
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
