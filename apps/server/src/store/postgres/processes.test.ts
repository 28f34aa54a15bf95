import { readdir } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import { accepted, check, look, rightCode, start } from "../../../test-support/store-commands.ts";
import { type Answer, type Job, type ServerProcess, startProcess } from "../../../test-support/store-processes.ts";
import { newSubject, type Subject } from "../../../test-support/store-subject.ts";
import { madeLimit } from "../contract/rate-limits.contract.ts";
import type { Store } from "../store.ts";
import { openPostgresStore } from "./store.ts";

let databases: TestDatabases;
let url: string;
let processes: ServerProcess[];
let store: Store;
let subject: Subject;

beforeAll(async () => {
  databases = await startDatabases();
  url = await databases.createBare("PostgreSQL");
  processes = await Promise.all(Array.from({ length: 5 }, () => startProcess(url)));
  store = await openPostgresStore({ url, clock: Date.now });
  subject = await newSubject(store, { now: Date.now() });
}, 60_000);

afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await store.close();
  await databases.stop();
});

test("five processes that start together on an empty database migrate it once", async () => {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query("SELECT name FROM migrations ORDER BY name");
  await client.end();

  const folders = ["./migrations/", "../migrations/"].map((path) => readdir(new URL(path, import.meta.url)));
  const files = (await Promise.all(folders)).flat();
  expect(rows.map(({ name }) => name)).toEqual(files.toSorted());
});

test("security 7: of 500 parallel wrong checks in three processes five are evaluated, and then not even the right one", async () => {
  const recipient = "+12025550107";
  await start(subject, recipient);

  expect(await inThree({ call: "checkWrong", recipient, count: 500 })).toBe(5);
  expect((await look(subject, { recipient })).current).toMatchObject({ status: "max_attempts_reached", checks: 5 });
  expect(await check(subject, { recipient }, rightCode)).toMatchObject({ ok: false, refusal: { code: 60202 } });
});

test("security 8: of 200 parallel right checks in three processes exactly one approves", async () => {
  const recipient = "+12025550108";
  const { sid } = accepted(await start(subject, recipient)).value.verification;

  expect(await inThree({ call: "checkRight", recipient, count: 200 })).toBe(1);
  const facts = await store.facts(subject.serviceSid, sid);
  expect(facts.map(({ type }) => type)).toEqual(["started", "sent", "approved"]);
});

test("security 9: of 50 parallel starts in three processes five send, for one verification", async () => {
  const recipient = "+12025550109";

  expect(await inThree({ call: "start", recipient, count: 50 })).toBe(5);
  const { items } = await store.attempts.list(subject.accountSid, { recipient }, { size: 50 });
  expect(items).toHaveLength(5);
  expect(new Set(items.map(({ verificationSid }) => verificationSid)).size).toBe(1);
  const messages = await store.outbox.claim(1000, 30, Date.now() + 1000);
  const sids = new Set(items.map(({ sid }) => sid));
  expect(messages.filter(({ attemptSid }) => sids.has(attemptSid))).toHaveLength(5);
});

test("security 13: of 300 parallel starts in three processes for one value exactly as many as its limit are accepted", async () => {
  await madeLimit(subject, "address", [17, 600], [40, 3600]);

  expect(await inThree({ call: "limited", recipient: "", count: 300 })).toBe(17);
});

test("of 60 parallel calls in three processes that put one number on the safe list, exactly one adds it", async () => {
  expect(await inThree({ call: "safe", recipient: "+12025550111", count: 60 })).toBe(1);
  expect(await store.safeNumbers.count(subject.accountSid)).toBe(1);
});

test("of 60 messaging configurations that three processes make at once for one country one is made", async () => {
  expect(await inThree({ call: "configured", recipient: "", count: 60 })).toBe(1);
});

test("of 120 entities that three processes make within a second 40 are made, and of 30 of one identity one", async () => {
  expect(await inThree({ call: "entity", recipient: "", count: 120 })).toBe(40);
  const { accountSid, serviceSid } = subject;
  expect((await store.entities.list(accountSid, serviceSid, { size: 100 })).items).toHaveLength(40);
  const other = await newSubject(store, { now: Date.now() });
  expect(await inThree({ call: "entity", recipient: "person-00000001", count: 30 }, other)).toBe(1);
});

test("security 21: what a process answered before kill -9 is there afterwards, and no approval is repeated", async () => {
  const process = processes.at(-1) as ServerProcess;
  const answers: Answer[] = [];
  await new Promise<void>((resolve) => {
    process.load(subject, (answer) => {
      answers.push(answer);
      if (answers.length === 400) resolve();
    });
  });
  await process.kill();

  const statuses = new Map(answers.map(({ recipient, answered }) => [recipient, answered]));
  for (const [recipient, answered] of statuses) {
    const { current } = await look(subject, { recipient });
    // A check that was under way may have been committed without an answer; the reverse would be a loss.
    if (answered === "approved") expect(current?.status).toBe("approved");
    else expect(["pending", "approved"]).toContain(current?.status);
    const outcome = await check(subject, { recipient }, rightCode);
    expect(outcome.ok).toBe(current?.status === "pending");
  }
});

/** Spreads calls over three processes at once. @returns how many were accepted */
async function inThree({ count, ...job }: Omit<Job, "scope">, { accountSid, serviceSid } = subject): Promise<number> {
  const shares = [0, 1, 2].map((index) => Math.floor((count + index) / 3));
  const runs = shares.map((share, index) =>
    (processes[index] as ServerProcess).run({ ...job, scope: { accountSid, serviceSid }, count: share }),
  );
  return (await Promise.all(runs)).reduce((sum, accepted) => sum + accepted, 0);
}
