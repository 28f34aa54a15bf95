import pg from "pg";
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
import { connectionConfig, storeError } from "./connection.ts";
import { openDatabase } from "./database.ts";
import { createDecider } from "./decider.ts";
import { migrate } from "./migrate.ts";
import { createOutboxStore } from "./outbox.ts";
import { factsOf } from "./rows.ts";
import { createSql } from "./sql.ts";

/**
 * Opens the store on PostgreSQL and brings its tables up to date. Any number of processes may share the database.
 * @param url `postgres://user:password@host:port/database`
 * @throws StoreUnavailableError when the database cannot be reached.
 */
export async function openPostgresStore({ url, clock }: { url: string; clock: Clock }): Promise<Store> {
  await migrateDatabase(url);
  const db = openDatabase(url);
  const sql = createSql(db);
  const reactions = [conversion];
  const decider = createDecider(url, { clock, reactions });
  let closed: Promise<void> | undefined;
  return {
    decide: decider.decide,
    react: (reaction) => void reactions.push(reaction),
    services: serviceStore(sql, tables),
    rateLimits: rateLimitStore(sql),
    buckets: bucketStore(sql),
    attempts: attemptStore(sql, reactions),
    accounts: accountStore(sql),
    requests: requestStore(sql),
    outbox: createOutboxStore(sql, reactions),
    applications: applicationStore(sql, tables, "status = 'pending' AND expires_at > $2"),
    posts: postStore(sql),
    async facts(serviceSid, verificationSid) {
      const rows = await sql.read("SELECT account_sid, events FROM verifications WHERE service_sid = $1 AND sid = $2", [
        serviceSid,
        verificationSid,
      ]);
      return (rows as [string, string][]).flatMap(([accountSid, events]) =>
        factsOf(events).map((fact) => ({ accountSid, serviceSid, verificationSid, ...fact })),
      );
    },
    blocks: blockStore(sql),
    erase: createEraser(sql, tables, { database: "postgres", clock, rowsPerStep: 5_000 }),
    reset: () => resetTables(sql, tables),
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
