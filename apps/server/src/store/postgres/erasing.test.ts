import pg from "pg";
import { expect, test } from "vitest";
import { startDatabases } from "../../../test-support/databases.ts";
import { openPostgresStore } from "./store.ts";

test("a row that is renewed while it is erased for its age stays, and one that is not goes", async () => {
  const databases = await startDatabases();
  const url = await databases.create("PostgreSQL");
  const store = await openPostgresStore({ url, clock: () => 2_000 });
  const client = new pg.Client(url);
  await client.connect();
  for (const value of ["renewed", "left"]) {
    await client.query("INSERT INTO bucket_counts VALUES ('VA1', 'BL1', $1, 0, 1, 1000)", [value]);
  }
  await client.query("BEGIN");
  await client.query("UPDATE bucket_counts SET ends_at = 9000 WHERE value_hash = 'renewed'");
  const erased = store.erase(0);
  const other = new pg.Client(url);
  await other.connect();
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  await expect.poll(async () => (await other.query(waiting)).rowCount).toBe(1);
  await client.query("COMMIT");
  await erased;
  expect((await other.query("SELECT value_hash FROM bucket_counts")).rows).toEqual([{ value_hash: "renewed" }]);
  await Promise.all([client.end(), other.end()]);
  await store.close();
  await databases.stop();
});
