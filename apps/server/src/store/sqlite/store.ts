import { requestStore } from "../../accounts/request-store.ts";
import { accountStore } from "../../accounts/store.ts";
import { attemptStore } from "../../attempts/store.ts";
import { postStore } from "../../events/post-store.ts";
import { conversion } from "../../events/reactions.ts";
import { blockStore } from "../../guard/blocks.ts";
import type { Clock } from "../../kernel/clock.ts";
import { bucketStore, rateLimitStore } from "../../rate-limits/store.ts";
import { serviceStore } from "../../services/store.ts";
import { applicationStore } from "../../v1/application-store.ts";
import { createEraser, resetTables } from "../retention.ts";
import type { Store } from "../store.ts";
import { tables } from "../tables.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { createFactEraser, createFactReader } from "./facts.ts";
import { createOutboxStore } from "./outbox.ts";
import { createServiceCache } from "./service-cache.ts";
import { createSql } from "./sql.ts";

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
  const sql = createSql(db, cache.clear);
  const erase = createEraser(sql, tables, { database: "sqlite", clock, rowsPerStep: 500 });
  const eraseFacts = createFactEraser(db);
  const reactions = [conversion];
  let closed: Promise<void> | undefined;
  return {
    decide: createDecider(db, cache, { clock, reactions }),
    react: (reaction) => void reactions.push(reaction),
    services: serviceStore(sql, tables),
    rateLimits: rateLimitStore(sql),
    buckets: bucketStore(sql),
    attempts: attemptStore(sql, reactions),
    accounts: accountStore(sql),
    requests: requestStore(sql),
    outbox: createOutboxStore(sql, reactions),
    applications: applicationStore(sql, tables, "ended_at > $2 AND state ->> '$.status' = 'pending'"),
    posts: postStore(sql),
    facts: createFactReader(db),
    blocks: blockStore(sql),
    async erase(before) {
      await erase(before);
      await eraseFacts(before);
      // What was deleted is overwritten in the file, but still stands in the log of writes until that begins anew.
      await db.checkpoint();
    },
    reset: () => resetTables(sql, tables),
    close() {
      closed ??= db.close();
      return closed;
    },
  };
}
