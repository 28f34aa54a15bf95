import { expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import { removeMessages } from "./store.ts";

test("messages that were handed over are found by their whole key, however many of their service wait", async () => {
  const { sql, close } = openDatabase(":memory:", 0);
  const plan = await sql.read(`EXPLAIN QUERY PLAN ${removeMessages}`, ["[]"]);
  await close();
  expect(String(plan)).toContain("SEARCH outbox USING PRIMARY KEY (service_sid=? AND created_at=? AND attempt_sid=?)");
});
