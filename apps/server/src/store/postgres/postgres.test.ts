import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import { distributionsIn, recordStatements, unneeded, untold } from "../../../test-support/distribution.ts";
import type { Clock } from "../../kernel/clock.ts";
import { storeContract } from "../contract/store.contract.ts";
import type { Store } from "../store.ts";
import { openPostgresStore } from "./store.ts";

let databases: TestDatabases;
/** One after the other, all tests have the same one, since to empty it takes a tenth of the time that a copy takes. */
let database: string;
let recorded: ReturnType<typeof recordStatements>;
let client: pg.Client;
let tables: string[];
const urls = new Map<Store, string>();

beforeAll(async () => {
  recorded = recordStatements();
  databases = await startDatabases();
  database = await databases.create("PostgreSQL");
  client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  tables = rows.flatMap(({ tablename }) => (tablename === "migrations" ? [] : [tablename]));
});
afterAll(async () => {
  recorded.stop();
  await client.end();
  await databases.stop();
});

storeContract(
  "PostgreSQL",
  async (clock) => {
    await empty();
    return open(database, clock);
  },
  { reopen: (earlier, clock) => open(urls.get(earlier) ?? "", clock) },
);

test("security 40: each of these statements could run on tables spread by service and account, but those of the README", async () => {
  const bare = await openPostgresStore({ url: await databases.createBare("PostgreSQL"), clock: Date.now });
  await bare.close();
  const { texts } = recorded;
  const distributions = await distributionsIn(database);
  expect(untold(texts, distributions)).toEqual([]);
  // A test of the contract that is run alone does not need them all.
  if (texts.size > 500)
    expect(unneeded(texts, distributions).filter(({ fault }) => fault !== "unique index")).toEqual([]);
});

/** A table takes as long to empty without a row as with many. */
async function empty(): Promise<void> {
  const used = tables.map((name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name})`);
  const { rows } = await client.query(used.join(" UNION ALL "));
  if (rows.length > 0) await client.query(`TRUNCATE ${rows.map(({ name }) => name).join(", ")}`);
}

async function open(url: string, clock: Clock): Promise<Store> {
  const store = await openPostgresStore({ url, clock });
  urls.set(store, url);
  return store;
}
