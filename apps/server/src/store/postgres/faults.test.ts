import { randomInt } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type TestPostgres } from "../../../test-support/postgres.ts";
import { check, decide, look, rightCode, start, started, wrongCode } from "../../../test-support/store-commands.ts";
import { newSubject } from "../../../test-support/store-subject.ts";
import { accepted, StoreUnavailableError } from "../../kernel/refusal.ts";
import { operator } from "../../sql/resources.ts";
import { openPostgresStore } from "./store.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

test("security 23: while the database is gone every call is unavailable, and service resumes with no restart", async () => {
  const store = await openPostgresStore({ url: await postgres.createDatabase(), clock: Date.now });
  const subject = await newSubject(store, { now: Date.now() });
  const { accountSid, serviceSid } = subject;
  const acknowledged: string[] = [];
  const errors: unknown[] = [];
  let isOver = false;
  const callers = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      const recipient = `+1202${randomInt(1e9)}`;
      await start(subject, recipient).then(
        () => acknowledged.push(recipient),
        (error) => errors.push(error),
      );
    }
  });
  await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
  await postgres.kill();
  await expect.poll(() => errors.length).toBeGreaterThan(100);
  for (const call of [
    () => start(subject, "+12025550123"),
    () => store.services.fetch(accountSid, serviceSid),
    () => store.services.update(accountSid, serviceSid, (settings) => accepted(settings), 0, operator),
    () => store.outbox.claim(1, 1, 0),
    () => store.erase(0),
  ]) {
    await expect(call(), String(call)).rejects.toBeInstanceOf(StoreUnavailableError);
  }
  const before = acknowledged.length;
  await postgres.restart();
  await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 100);
  isOver = true;
  await Promise.all(callers);

  expect(errors.filter((error) => !(error instanceof StoreUnavailableError))).toEqual([]);
  const seen = await Promise.all(acknowledged.map((recipient) => look(subject, { recipient })));
  expect(seen.every(({ current }) => current?.status === "pending")).toBe(true);
  expect(await store.services.fetch(accountSid, serviceSid)).toBeDefined();
  await store.close();
});

test("security 13: of what is on disk after the database was killed, all is counted", async () => {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url, clock: Date.now });
  const subject = await newSubject(store, { now: Date.now() });
  const { accountSid } = subject;
  let made = 0;
  let isOver = false;
  const callers = Array.from({ length: 20 }, async () => {
    while (!isOver) {
      const recipientHash = `hash ${made++}`;
      const counts = [{ counter: "0000000000000 sends", used: 1, approved: 0, max: null }];
      await decide(subject, { recipient: `+1202${randomInt(1e9)}` }, (_, now) => ({
        ...{ outcome: undefined, counts, known: [{ recipientHash, approvedAt: now }] },
      })).catch(() => {
        isOver = true;
      });
    }
  });
  await expect.poll(() => made).toBeGreaterThan(200);
  await postgres.kill();
  await Promise.all(callers);
  await postgres.restart();

  const of = `WHERE account_sid = '${accountSid}'`;
  const text = `SELECT (SELECT used FROM guard_counts ${of}) AS counted,
    (SELECT count(*)::integer FROM known_recipients ${of}) AS written`;
  const { counted, written } = (await execute(url, text)).rows[0] ?? {};
  expect(written).toBeGreaterThan(100);
  expect(counted).toBeGreaterThanOrEqual(written);
  await store.close();
});

test("a decision that waits for somebody's lock holds up no other one", async () => {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url, clock: Date.now });
  const subject = await newSubject(store, { now: Date.now() });
  const { sid } = await started(start(subject, "+12025550101"));
  const holder = new pg.Client(url);
  await holder.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT 1 FROM verifications WHERE sid = $1 FOR UPDATE", [sid]);
  let isOver = false;
  const held = check(subject, { sid }, wrongCode).finally(() => {
    isOver = true;
  });
  await expect.poll(async () => (await holder.query("SELECT 1 FROM pg_locks WHERE NOT granted")).rowCount).toBe(1);
  for (const recipient of ["+12025550102", "+12025550103"]) await started(start(subject, recipient));

  expect(isOver).toBe(false);
  await holder.end();
  expect((await held).ok).toBe(true);
  await store.close();
});

test("a database that cannot be reached is unavailable from the start", async () => {
  const url = new URL(await postgres.createDatabase());
  url.port = "1";
  const opening = openPostgresStore({ url: url.href, clock: Date.now });
  await expect(opening).rejects.toBeInstanceOf(StoreUnavailableError);
});

test("the limits hold without locks too: a stale write is refused and decided again", async () => {
  const url = await postgres.createDatabase();
  // As in databases that speak the protocol but whose advisory locks do nothing.
  await execute(
    url,
    `
    CREATE FUNCTION public.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
    ALTER ROLE postgres IN DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`,
  );
  const stores = [];
  for (let count = 0; count < 3; count += 1) stores.push(await openPostgresStore({ url, clock: Date.now }));
  const [first] = stores;
  if (!first) throw new Error("no store");
  const subject = await newSubject(first, { now: Date.now() });
  const scopes = stores.map((store) => ({ ...subject, store }));
  const spread = <T>(calls: number, call: (scope: (typeof scopes)[number]) => Promise<T>): Promise<T[]> =>
    Promise.all(scopes.flatMap((scope) => Array.from({ length: calls }, () => call(scope))));

  const starts = await spread(17, (scope) => start(scope, "+12025550101"));
  const { sid } = await started(start(subject, "+12025550102"));
  const wrong = await spread(40, (scope) => check(scope, { sid }, wrongCode));
  await start(subject, "+12025550103");
  const right = await spread(40, (scope) => check(scope, { recipient: "+12025550103" }, rightCode));

  expect(starts.filter(({ ok }) => ok)).toHaveLength(5);
  expect(await first.attempts.count(subject.accountSid, { recipient: "+12025550101" })).toMatchObject({ total: 5 });
  expect(wrong.filter(({ ok }) => ok)).toHaveLength(5);
  expect(right.filter(({ ok }) => ok)).toHaveLength(1);
  await Promise.all(stores.map((store) => store.close()));
});

test("decisions never read a whole table, also with plans made while it was empty", async () => {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url, clock: Date.now });
  const subject = await newSubject(store, { now: Date.now() });
  await start(subject, "+12025550101");
  await execute(url, "ANALYZE");
  const before = await sequentialScans(url);
  for (let round = 0; round < 10; round += 1) {
    const { sid } = await started(start(subject, `+1202555011${round}`));
    await check(subject, { sid }, wrongCode);
    await check(subject, { sid }, rightCode);
  }
  // A connection reports its numbers when it ends.
  await store.close();

  expect(await sequentialScans(url)).toEqual(before);
});

test("decisions read few entries of an index, however many there are, also with plans made while it was empty", async () => {
  const url = await postgres.createDatabase();
  const store = await openPostgresStore({ url, clock: Date.now });
  const subject = await newSubject(store, { now: Date.now() });
  await start(subject, "+12025550101");
  await Promise.all(Array.from({ length: 300 }, (_, index) => start(subject, `+1202555${1000 + index}`)));
  for (let round = 0; round < 20; round += 1) {
    const recipient = `+1202555${1000 + round}`;
    await check(subject, { recipient }, rightCode);
    await start(subject, recipient);
  }
  await store.close();

  const text = "SELECT sum(idx_tup_read)::integer AS read FROM pg_stat_user_indexes WHERE relname = 'verifications'";
  expect((await execute(url, text)).rows[0]?.read).toBeLessThan(1000);
});

async function sequentialScans(url: string) {
  const { rows } = await execute(
    url,
    "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname <> 'day_keys' ORDER BY relname",
  );
  return rows;
}

async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
