import pg from "pg";
import type { Clock } from "../../kernel/clock.ts";
import type { Store } from "../store.ts";
import { createAccountStore } from "./accounts.ts";
import { createApplicationStore } from "./applications.ts";
import { createAttemptStore } from "./attempts.ts";
import { connectionConfig, storeError } from "./connection.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { createBlockStore, eraseGuard } from "./guard.ts";
import { migrate } from "./migrate.ts";
import { createOutboxStore } from "./outbox.ts";
import { createPostStore } from "./posts.ts";
import { createRequestStore } from "./requests.ts";
import { erase, readFacts, reset } from "./retention.ts";
import { createServiceStore } from "./services.ts";

/**
 * Opens the store on PostgreSQL and brings its tables up to date. Any number of processes may share the database.
 * @param url `postgres://user:password@host:port/database`
 * @throws StoreUnavailableError when the database cannot be reached.
 */
export async function openPostgresStore({ url, clock }: { url: string; clock: Clock }): Promise<Store> {
  await migrateDatabase(url);
  const db = openDatabase(url);
  const decider = createDecider(url, clock);
  let closed: Promise<void> | undefined;
  return {
    decide: decider.decide,
    services: createServiceStore(db),
    attempts: createAttemptStore(db),
    accounts: createAccountStore(db),
    requests: createRequestStore(db),
    outbox: createOutboxStore(db),
    applications: createApplicationStore(db),
    posts: createPostStore(db),
    facts: (serviceSid, verificationSid) => readFacts(db, serviceSid, verificationSid),
    blocks: createBlockStore(db),
    async erase(before) {
      await eraseGuard(db, clock);
      await erase(db, before);
    },
    reset: () => reset(db),
    close() {
      closed ??= decider.close().then(db.close);
      return closed;
    },
  };
}

async function migrateDatabase(url: string): Promise<void> {
  // A migration may take longer than any query of a request.
  const client = new pg.Client({ ...connectionConfig(url), query_timeout: 0 });
  client.on("error", () => {});
  try {
    await client.connect();
    await migrate(client);
  } catch (error) {
    throw storeError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
