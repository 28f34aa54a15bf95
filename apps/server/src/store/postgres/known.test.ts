import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readSql, startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import {
  accepted,
  ada,
  bob,
  check,
  configure,
  decide,
  end,
  look,
  rightCode,
  start,
  started,
  wrongCode,
} from "../../../test-support/store-commands.ts";
import { newSubject, type Subject } from "../../../test-support/store-subject.ts";
import { changedSettings } from "../../services/service.ts";
import { operator } from "../../sql/resources.ts";
import type { Store } from "../store.ts";
import { openPostgresStore } from "./store.ts";

/** How many statements of a name were sent by this process. */
const sent = new Map<string, number>();
const { submit } = pg.Query.prototype;
let databases: TestDatabases;
let url: string;
let stores: Store[];
const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
let here: Subject;
/** The same account and service, as another process has them. */
let elsewhere: Subject;

beforeAll(async () => {
  pg.Query.prototype.submit = function (this: pg.Query, connection) {
    const { name } = this as unknown as { name?: string };
    if (name) sent.set(name, (sent.get(name) ?? 0) + 1);
    return Reflect.apply(submit, this, [connection]);
  };
  databases = await startDatabases();
  url = await databases.create("PostgreSQL");
  stores = await Promise.all([1, 2].map(() => openPostgresStore({ url, clock: () => clock.now })));
});
afterAll(async () => {
  pg.Query.prototype.submit = submit;
  await Promise.all(stores.map((store) => store.close()));
  await databases.stop();
});
beforeEach(async () => {
  here = await newSubject(stores[0] as Store, clock);
  elsewhere = { ...here, store: stores[1] as Store };
  // Both know the service.
  await Promise.all([look(here, { recipient: bob }), look(elsewhere, { recipient: bob })]);
  sent.clear();
});

const readings = () => sent.get("read") ?? 0;

test("what a process started or changed it decides on without reading it, by recipient and by sid", async () => {
  const { sid } = await started(start(here, ada));
  await started(start(here, ada));
  await check(here, { recipient: ada }, wrongCode);
  expect((await check(here, { sid }, rightCode)).ok).toBe(true);
  expect(readings()).toBe(0);
});

test("what a process does not know it reads once, and another's verification is its own to check from then on", async () => {
  const { sid } = await started(start(elsewhere, ada));
  await check(here, { sid }, wrongCode);
  await check(here, { recipient: ada }, wrongCode);
  expect(readings()).toBe(1);
  expect((await look(elsewhere, { sid })).current?.checks).toBe(2);
});

test("a start takes the place of one that ended elsewhere, of which nothing was read, and names it as the former", async () => {
  const { sid: former } = await started(start(elsewhere, ada));
  await check(elsewhere, { sid: former }, rightCode);
  sent.clear();
  const { sid } = await started(start(here, ada));
  expect(readings()).toBe(0);
  const text = `SELECT sid, former_sid, is_latest::text FROM verifications WHERE service_sid = '${here.serviceSid}' ORDER BY created_at, is_latest`;
  expect(await readSql(url, text)).toEqual([
    { sid: former, former_sid: null, is_latest: "false" },
    { sid, former_sid: former, is_latest: "true" },
  ]);
});

test("a start elsewhere is seen by one here: it sends again, and the sixth send is refused", async () => {
  const { sid } = await started(start(elsewhere, ada));
  expect((await started(start(here, ada))).sid).toBe(sid);
  await started(start(elsewhere, ada));
  await started(start(here, ada));
  await started(start(elsewhere, ada));
  expect(await start(here, ada)).toMatchObject({ ok: false, refusal: { code: 60203 } });
});

test("a refusal of a start rests on what is there, also where nothing was known of its recipient", async () => {
  const { sid } = await started(start(elsewhere, ada));
  const seen = await decide(here, { recipient: ada }, ({ current }) => ({ outcome: current?.sid }), { begins: true });
  expect(seen).toBe(sid);
});

test("checks that were wrong elsewhere count here: five in all are evaluated", async () => {
  await started(start(here, ada));
  for (const scope of [elsewhere, elsewhere, here, elsewhere]) await check(scope, { recipient: ada }, wrongCode);
  const fifth = accepted(await check(here, { recipient: ada }, wrongCode));
  expect(fifth.value).toMatchObject({ checks: 5, status: "max_attempts_reached" });
  for (const scope of [here, elsewhere]) {
    expect(await check(scope, { recipient: ada }, rightCode)).toMatchObject({ ok: false, refusal: { code: 60202 } });
  }
});

test("what was approved, cancelled or begun anew elsewhere is so here", async () => {
  const { sid } = await started(start(here, ada));
  await check(elsewhere, { sid }, rightCode);
  expect(await check(here, { sid }, rightCode)).toMatchObject({ ok: false, refusal: { code: 20404 } });
  const second = await started(start(here, ada));
  await end(elsewhere, { sid: second.sid }, "canceled");
  const third = await started(start(elsewhere, ada));
  expect((await started(start(here, ada))).sid).toBe(third.sid);
});

test("a lock that was lifted elsewhere holds nobody here", async () => {
  const { sid } = await started(start(here, ada));
  for (let count = 0; count < 5; count += 1) await check(here, { sid }, wrongCode);
  expect(await start(here, ada)).toMatchObject({ ok: false, refusal: { code: 60202 } });
  await end(elsewhere, { sid }, "canceled");
  expect((await started(start(here, ada))).sid).not.toBe(sid);
});

test("settings, SMS routes and the deletion of a service hold here from the moment that they are answered elsewhere", async () => {
  const { accountSid, serviceSid, store } = elsewhere;
  await started(start(here, ada));
  const change = (FriendlyName: string) =>
    store.services.update(
      accountSid,
      serviceSid,
      (before) => changedSettings(before, { FriendlyName }),
      clock.now,
      operator,
    );
  for (const name of ["First", "Second"]) {
    await change(name);
    expect((await look(here, { recipient: ada })).service?.settings.friendlyName).toBe(name);
  }
  await configure(elsewhere, "DE");
  expect((await look(here, { recipient: ada })).service?.smsRoutes).toHaveProperty("DE");
  await store.services.delete(accountSid, serviceSid, operator);
  expect(await start(here, bob)).toMatchObject({ ok: false, refusal: { code: 20404 } });
  expect(await look(here, { recipient: ada })).toEqual({ service: undefined, current: undefined });
});

test("a person who was erased elsewhere, and all who were by a reset, are strangers here", async () => {
  const { sid } = await started(start(here, ada));
  const whom = { accountSid: here.accountSid, recipient: ada, hashesOf: (text: string) => [text] };
  await elsewhere.store.erasePerson(whom, operator);
  expect(await check(here, { recipient: ada }, rightCode)).toMatchObject({ ok: false, refusal: { code: 20404 } });
  expect((await started(start(here, ada))).sid).not.toBe(sid);
  await elsewhere.store.reset();
  expect(await start(here, ada)).toMatchObject({ ok: false, refusal: { code: 20404 } });
});

test("an account that was found to be sprayed elsewhere is so here, and not for longer", async () => {
  const isSprayed = () =>
    decide(here, { recipient: ada }, ({ guesses }) => ({ outcome: guesses.isSprayed() }), { guesses: [] });
  await started(start(here, ada));
  expect(await isSprayed()).toBe(false);
  const wrong = { accountSid: here.accountSid, serviceSid: here.serviceSid, target: { recipient: bob } };
  const refuse = () =>
    elsewhere.store.decide({ ...wrong, decide: () => ({ outcome: null, refusedCheck: "somebody" }) });
  await Promise.all(Array.from({ length: 210 }, refuse));
  expect(await elsewhere.store.guesses.judge(here, clock.now)).toBeDefined();
  expect(await isSprayed()).toBe(true);
  clock.now += 3_600_000;
  expect(await isSprayed()).toBe(false);
});

test("refused checks of a recipient, here and elsewhere, are all known where they may matter", async () => {
  const guesses = ["a hash"];
  const refuse = (scope: Subject) =>
    decide(scope, { recipient: bob }, () => ({ outcome: null, refusedCheck: "a hash" }), { guesses: [] });
  /** As many as a start counts that is accepted: fewer than ten need not be known. */
  const counted = async () => {
    const seen = await decide(
      here,
      { recipient: ada },
      ({ guesses: state }) => ({ outcome: state.refusedAt().length }),
      { guesses, begins: true },
    );
    return seen < 10 ? "few" : seen;
  };
  await started(start(here, ada));
  for (let count = 0; count < 9; count += 1) await refuse(count % 2 ? here : elsewhere);
  expect(await counted()).toBe("few");
  await refuse(elsewhere);
  expect(await counted()).toBe(10);
  await refuse(elsewhere);
  expect(await counted()).toBe(11);
});

test("what was decided at the same time on one recipient, by its number and by its sid, counts each check once", async () => {
  const { sid } = await started(start(here, ada));
  const targets = [{ sid }, { recipient: ada }];
  const checks = Array.from({ length: 40 }, (_, index) =>
    check(index % 3 ? here : elsewhere, targets[index % 2] as { sid: string }, wrongCode),
  );
  expect((await Promise.all(checks)).filter(({ ok }) => ok)).toHaveLength(5);
});

test("a command that the database refuses fails alone, and nothing is known of it that is not there", async () => {
  await started(start(here, ada));
  const unstorable = decide(here, { recipient: bob }, ({ current }) => {
    expect(current).toBeUndefined();
    return { outcome: null, written: [{ text: "SELECT 1/0", values: [] }] };
  });
  const outcomes = await Promise.allSettled([unstorable, check(here, { recipient: ada }, wrongCode)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect((await look(elsewhere, { recipient: ada })).current?.checks).toBe(1);
  expect((await check(here, { recipient: ada }, rightCode)).ok).toBe(true);
});

test("messages that were just started are settled in one message, which another's record of one of them undoes", async () => {
  for (const recipient of [ada, bob]) await start(here, recipient);
  const messages = await here.store.outbox.claim(1000, 30, clock.now);
  const ours = messages.filter(({ accountSid }) => accountSid === here.accountSid);
  const done = ours.map((message) => ({
    ...{ message: { ...message, country: "US" }, report: { status: "sent", errorCode: null } as const },
  }));
  const settlings = () => [...sent].filter(([name]) => name.startsWith("settle"));
  await here.store.outbox.settle(done.slice(1), clock.now);
  expect(settlings()).toEqual([["settle all", 1]]);
  await here.store.outbox.settle(done, clock.now);
  expect(settlings()).toEqual([
    ["settle all", 2],
    [expect.any(String), 1],
  ]);
  const { items } = await here.store.attempts.list(here.accountSid, {}, { size: 10 });
  expect(items.map(({ delivery }) => delivery.status)).toEqual(["sent", "sent"]);
});
