import pg from "pg";
import { expect, test } from "vitest";
import { startDatabases } from "../../../test-support/databases.ts";
import { check, rightCode, start } from "../../../test-support/store-commands.ts";
import { newSubject } from "../../../test-support/store-subject.ts";
import { openPostgresStore } from "./store.ts";

test("approvals and records of what was sent never wait for each other in a circle, which takes a second to notice", async () => {
  const databases = await startDatabases();
  const url = await databases.create("PostgreSQL");
  const clock = { now: Date.now() };
  const store = await openPostgresStore({ url, clock: () => clock.now });
  const subject = await newSubject(store, clock);
  const recipients = Array.from({ length: 1000 }, (_, index) => `+1202${5_550_000 + index}`);
  await Promise.all(recipients.map((recipient) => start(subject, recipient)));
  const messages = await store.outbox.claim(recipients.length, 30, clock.now);
  const done = messages.map((message) => ({ message, report: { status: "sent", errorCode: null } as const }));
  // The other way round than the checks, and several at a time.
  const settle = async (first: number) => {
    for (let from = first; from < done.length; from += 100) {
      await store.outbox.settle(done.slice(from, from + 50).toReversed(), clock.now);
    }
  };
  await Promise.all([
    ...recipients.map((recipient) => check(subject, { recipient }, rightCode)),
    settle(0),
    settle(50),
  ]);
  const { items } = await store.attempts.list(subject.accountSid, {}, { size: 1000 });
  await store.close();
  await databases.stop();

  expect(items.filter(({ isConverted, delivery }) => isConverted && delivery.status === "sent")).toHaveLength(1000);
  expect(await deadlocksOf(url)).toBe(0);
});

/** How often PostgreSQL ended such a circle. The connections of the store have told it when they closed. */
async function deadlocksOf(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    "SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()",
  );
  await client.end();
  return rows[0]?.deadlocks;
}
