import { afterAll, beforeAll } from "vitest";
import { readSql, runSql, startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import type { Clock } from "../../kernel/clock.ts";
import { storeContract } from "../contract/store.contract.ts";
import type { Store } from "../store.ts";
import { openPostgresStore } from "./store.ts";

let databases: TestDatabases;
const urls = new Map<Store, string>();

beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

storeContract("PostgreSQL", async (clock) => open(await emptyDatabase(), clock), {
  reopen: (earlier, clock) => open(urls.get(earlier) ?? "", clock),
});

let database: string | undefined;

/** One after the other, all tests have the same one, since to empty it takes a tenth of the time that a copy takes. */
async function emptyDatabase(): Promise<string> {
  database ??= await databases.create("PostgreSQL");
  const tables = await readSql(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const names = tables.flatMap(({ tablename = "" }) => (tablename === "migrations" ? [] : [tablename]));
  await runSql(database, `TRUNCATE ${names.join(", ")}`);
  return database;
}

async function open(url: string, clock: Clock): Promise<Store> {
  const store = await openPostgresStore({ url, clock });
  urls.set(store, url);
  return store;
}
