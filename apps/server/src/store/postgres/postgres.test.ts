import { afterAll, beforeAll } from "vitest";
import { startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
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

storeContract("PostgreSQL", async (clock) => open(await databases.create("PostgreSQL"), clock), {
  reopen: (earlier, clock) => open(urls.get(earlier) ?? "", clock),
});

async function open(url: string, clock: Clock): Promise<Store> {
  const store = await openPostgresStore({ url, clock });
  urls.set(store, url);
  return store;
}
