import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardOf } from "../src/guard/settings.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { createVault } from "../src/verifications/vault.ts";
import { databaseKinds, dump, readSql, runSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startPostgres, type TestPostgres } from "../test-support/postgres.ts";
import { startProduction } from "../test-support/production.ts";
import { check, rightCode, start, wrongCode } from "../test-support/store-commands.ts";
import { newSid, newSubject } from "../test-support/store-subject.ts";

const dayMs = 86_400_000;
const secrets = ["the first secret of the two, 32 long", "the second secret of the two, 32 long"] as const;

describe("on a PostgreSQL that logs every statement with its values", () => {
  const numbers = ["+12025550171", "+12025550172", "+12025550173", "+12025550174"];
  const address = "grace.hopper@example.com";
  const people = [...numbers, ...numbers.map((number) => number.slice(1)), address];
  let postgres: TestPostgres;
  let log = "";
  beforeAll(async () => {
    const settings = {
      log_min_duration_statement: "0",
      log_parameter_max_length: "-1",
      log_parameter_max_length_on_error: "-1",
      log_error_verbosity: "verbose",
      autovacuum: "off",
    };
    postgres = await startPostgres({ onLog: (text) => (log += text), settings });
  }, 60_000);
  afterAll(() => postgres.stop());

  test("security 35: no log names a recipient, also where processes collide, and no file, before the sweep or after it", async () => {
    const url = await postgres.createDatabase();
    // As if locks did not hold: what one process wrote, the constraints on the tables refuse to the others.
    await runSql(
      url,
      `CREATE FUNCTION public.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
       ALTER ROLE postgres IN DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`,
    );
    const clock = { now: Date.now() };
    const wrapping = createVault(secrets[0]);
    const stores: Store[] = [];
    for (let count = 0; count < 3; count += 1) stores.push(await openStore(url, () => clock.now, { wrapping }));
    const [store] = stores as [Store];
    const subject = await newSubject(store, clock);
    const each = (work: (scope: typeof subject) => Promise<unknown>) =>
      Promise.all(stores.flatMap((store) => [1, 2, 3].map(() => work({ ...subject, store }))));
    for (const recipient of [...numbers, address]) {
      await each((scope) => start(scope, recipient));
      await each((scope) => check(scope, { recipient }, wrongCode));
      await each((scope) => check(scope, { recipient }, rightCode));
    }
    const { items } = await store.attempts.list(subject.accountSid, {}, { size: 100 });
    expect(new Set(items.map(({ recipient }) => recipient))).toEqual(new Set([...numbers, address]));
    await runSql(url, "ANALYZE");

    const today = Math.floor(clock.now / dayMs);
    const [{ key = "" } = {}] = await readSql(url, `SELECT sealed #>> '{}' AS key FROM day_keys WHERE day = ${today}`);
    expect(key).not.toBe("");
    expect(await filesWith([...people, key])).toMatchObject({ tables: [key] });

    clock.now += 35 * dayMs;
    await store.erase(clock.now - 30 * dayMs);
    // Rows that were deleted stand in the files for long. What they had of people nobody can read any more.
    expect(await filesWith([...people, key])).toEqual({ tables: [], wal: [key] });
    await Promise.all(stores.map((store) => store.close()));

    await expect.poll(() => log).toContain("violates");
    await wait(100);
    expect(people.filter((each) => log.includes(each))).toEqual([]);
  });

  /** Which of the texts stand in the files of tables, and which in the log of writes alone, once all is written. */
  async function filesWith(texts: string[]) {
    await runSql(postgres.url, "CHECKPOINT");
    const names = readdirSync(postgres.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const found = { tables: new Set<string>(), wal: new Set<string>() };
    for (const { parentPath, name } of names) {
      const path = join(parentPath, name);
      const bytes = readFileSync(path, "latin1");
      const isWal = relative(postgres.folder, path).startsWith("pg_wal");
      for (const text of texts) if (bytes.includes(text)) found[isWal ? "wal" : "tables"].add(text);
    }
    return { tables: [...found.tables], wal: [...found.wal] };
  }
});

describe.each(databaseKinds)("on %s", (kind) => {
  let databases: TestDatabases;
  beforeAll(async () => {
    databases = await startDatabases();
  });
  afterAll(() => databases.stop());

  test("security 35: while it is kept, nothing names a recipient in clear: what waits, what is counted, and what is told", async () => {
    const databaseUrl = await databases.create(kind);
    const limits = { recipient: [{ requestsMax: 5, seconds: 86_400 }] };
    const guard = guardOf({ limits, blocksPumping: true });
    const server = await startProduction({ databaseUrl, secret: secrets[0], isHeld: true, guard });
    const serviceSid = await server.api.createService();
    const people = ["+12025550178", "ada.lovelace@example.com"] as const;
    const [number, address] = people;
    await server.api.start(serviceSid, { To: number });
    await server.api.start(serviceSid, { To: address, Channel: "email" });
    const store = await openStore(databaseUrl, Date.now, { wrapping: createVault(secrets[0]) });
    const { accountSid } = server.credentials;
    const post = { accountSid, serviceSid, sid: newSid("WD"), webhookId: "events", payload: { to: number } };
    await store.posts.add([{ ...post, createdAt: Date.now() }]);

    const text = await dump(databaseUrl);
    for (const each of [serviceSid, post.sid, "86400"]) expect(text).toContain(each);
    expect([...people, number.slice(1)].filter((each) => text.includes(each))).toEqual([]);

    await server.deliver();
    expect(server.sent.map(({ to }) => to).toSorted()).toEqual(people);
    expect(await store.posts.claim(9, 60, Date.now() + 60_000)).toMatchObject([{ payload: { to: number } }]);
    await store.close();
    await server.close();
  });

  test("recipients are found under a new secret, and under it alone once it has been beside the old one", async () => {
    const url = await databases.create(kind);
    const recipient = "+12025550175";
    const now = Date.now();
    const open = (secret: string, previous?: string) =>
      openStore(url, () => now, { wrapping: createVault(secret, previous) });
    const [first, second] = secrets;
    let store = await open(first);
    const subject = await newSubject(store, { now });
    await start(subject, recipient);
    await store.close();

    for (const [secret, previous] of [[second, first], [second], [first, second]] as const) {
      store = await open(secret, previous);
      const { items } = await store.attempts.list(subject.accountSid, { recipient }, { size: 9 });
      expect(items.map((item) => item.recipient)).toEqual([recipient]);
      expect(await check({ ...subject, store }, { recipient }, wrongCode)).toMatchObject({ ok: true });
      await store.close();
    }
  });

  test("under a secret that cannot open them verifications have ended, and new ones begin", async () => {
    const url = await databases.create(kind);
    const recipient = "+12025550176";
    const now = Date.now();
    const [first, second] = secrets;
    const before = await openStore(url, () => now, { wrapping: createVault(first) });
    const subject = await newSubject(before, { now });
    await start(subject, recipient);
    await before.close();

    const store = await openStore(url, () => now, { wrapping: createVault(second) });
    const scope = { ...subject, store };
    expect(await check(scope, { recipient }, rightCode)).toMatchObject({ ok: false, refusal: { code: 20404 } });
    expect((await store.attempts.list(subject.accountSid, {}, { size: 9 })).items).toMatchObject([{ recipient: null }]);
    await start(scope, recipient);
    expect(await check(scope, { recipient }, rightCode)).toMatchObject({ ok: true });
    await store.close();
  });

  test("attempts are found by every beginning of their number, to its last digit", async () => {
    const now = Date.now();
    const store = await openStore(await databases.create(kind), () => now, { wrapping: createVault(secrets[0]) });
    const subject = await newSubject(store, { now });
    for (const recipient of ["+12025550177", "+12025550187", "+442079460123"]) await start(subject, recipient);
    const count = async (recipientPrefix: string) =>
      (await store.attempts.count(subject.accountSid, { recipientPrefix })).total;
    const number = "+12025550177";
    const counts = await Promise.all(Array.from(number, (_, index) => count(number.slice(0, index + 1))));
    expect(counts).toEqual([3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
    expect(await count("+120255501771")).toBe(0);
    await store.close();
  });
});
