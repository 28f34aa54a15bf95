import { afterAll, beforeAll } from "vitest";
import { startPostgres, type TestPostgres } from "../../../test-support/postgres.ts";
import type { Clock, Store } from "../../ports.ts";
import { storeContract } from "../store-contract.ts";
import { openPostgresStore } from "./store.ts";

let postgres: TestPostgres;
const urls = new Map<Store, string>();

beforeAll(async () => {
  postgres = await startPostgres({ fsync: false });
}, 60_000);
afterAll(() => postgres.stop());

storeContract("PostgreSQL", async (clock) => open(await postgres.createDatabase(), clock), {
  reopen: (earlier, clock) => open(urls.get(earlier) ?? "", clock),
});

async function open(url: string, clock: Clock): Promise<Store> {
  const store = await openPostgresStore({ url, clock });
  urls.set(store, url);
  return store;
}
