import type { Clock } from "../../kernel/clock.ts";
import type { Store } from "../store.ts";
import { createAccountStore } from "./accounts.ts";
import { createApplicationStore } from "./applications.ts";
import { createAttemptStore } from "./attempts.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { createBlockStore, createGuardEraser } from "./guard.ts";
import { createOutboxStore } from "./outbox.ts";
import { createPostStore } from "./posts.ts";
import { createRequestStore } from "./requests.ts";
import { createEraser, createFactReader, createReset } from "./retention.ts";
import { createServiceCache, createServiceStore } from "./services.ts";

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
  const db = openDatabase({ path, busyTimeoutMs });
  const cache = createServiceCache(db);
  const eraseGuard = createGuardEraser(db, clock);
  const erase = createEraser(db);
  let closed: Promise<void> | undefined;
  return {
    decide: createDecider(db, cache, clock),
    services: createServiceStore(db, cache),
    attempts: createAttemptStore(db),
    accounts: createAccountStore(db),
    requests: createRequestStore(db),
    outbox: createOutboxStore(db),
    applications: createApplicationStore(db, cache),
    posts: createPostStore(db),
    facts: createFactReader(db),
    blocks: createBlockStore(db),
    async erase(before) {
      await eraseGuard();
      await erase(before);
    },
    reset: createReset(db, cache),
    close() {
      closed ??= db.close();
      return closed;
    },
  };
}
