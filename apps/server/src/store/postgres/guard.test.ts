import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readSql, startDatabases, type TestDatabases } from "../../../test-support/databases.ts";
import { ada, bob, check, decide, start, wrongCode } from "../../../test-support/store-commands.ts";
import { newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import type { CountChange } from "../../guard/counts.ts";
import type { Store } from "../store.ts";
import { takeBack } from "./guard.ts";
import { openPostgresStore } from "./store.ts";

let databases: TestDatabases;
let url: string;
let stores: Store[];
const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
/** The same account and service, as three processes have them. */
let subjects: [Subject, Subject, Subject];

beforeAll(async () => {
  databases = await startDatabases();
  url = await databases.create("PostgreSQL");
  stores = await Promise.all(times(3, () => openPostgresStore({ url, clock: () => clock.now })));
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await databases.stop();
});
beforeEach(async () => {
  const [first, second, third] = stores as [Store, Store, Store];
  const subject = await newSubject(first, clock);
  subjects = [subject, { ...subject, store: second }, { ...subject, store: third }];
});

const counter = "0000000000000 sends";
const added = (change: Partial<CountChange> = {}): CountChange => ({
  ...{ counter, used: 1, approved: 0, max: null },
  ...change,
});

/** What is counted of the account. */
async function counted() {
  const text = `SELECT used::int, approved::int FROM guard_counts WHERE account_sid = '${subjects[0].accountSid}'`;
  return readSql(url, text);
}

/** A send that is held against a limit of 25. @param isInTransaction whether it is decided, and counted, under locks */
function send(subject: Subject, recipient: string, isInTransaction: boolean): Promise<boolean> {
  const rateLimits = isInTransaction ? [{ uniqueName: "address", valueHash: "a hash" }] : [];
  return decide(
    subject,
    { recipient },
    ({ guard }) => {
      if (guard.count(counter).used >= 25) return { outcome: false };
      return { outcome: true, counts: [added({ max: 25 })] };
    },
    { guard: { counters: [counter], prefixes: [], recipients: [], safe: [] }, rateLimits },
  );
}

test("security 13: of 120 sends that three processes ask for at once exactly as many pass as a limit, whether they are counted ahead or, as older versions do, in the transaction that decides", async () => {
  const passed = await Promise.all(
    times(120, (index) => send(subjects[index % 3] as Subject, `+1202${5_550_000 + index}`, index % 4 === 0)),
  );
  expect(passed.filter(Boolean)).toHaveLength(25);
  expect(await counted()).toEqual([{ used: 25, approved: 0 }]);
});

test("what was counted for a decision that another process overtook is taken back, and what it decides instead is counted", async () => {
  const [here, elsewhere] = subjects;
  await start(here, ada);
  await start(here, bob);
  await check(elsewhere, { recipient: ada }, wrongCode);
  await check(elsewhere, { recipient: bob }, wrongCode);
  const seen: number[] = [];
  const countUnlessChecked = (recipient: string, checked: CountChange[]) =>
    decide(here, { recipient }, ({ current }) => {
      seen.push(current?.checks ?? -1);
      return { outcome: undefined, counts: current?.checks === 0 ? [added({ used: 3, approved: 2 })] : checked };
    });
  await countUnlessChecked(ada, []);
  expect(seen).toEqual([0, 1]);
  expect(await counted()).toEqual([{ used: 0, approved: 0 }]);
  await countUnlessChecked(bob, [added({ approved: 1 })]);
  expect(await counted()).toEqual([{ used: 1, approved: 1 }]);
});

test("what the database refuses to write counts for nothing, and what shared its batch counts once", async () => {
  const outcomes = await Promise.allSettled(
    ["SELECT 1", "SELECT 1 / 0", "SELECT 2"].map((text, index) =>
      decide(subjects[0], { recipient: `+1202555010${index}` }, () => ({
        ...{ outcome: undefined, counts: [added({ max: 3 })], written: [{ text, values: [] }] },
      })),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await counted()).toEqual([{ used: 2, approved: 0 }]);
});

test("what would be more than a maximum is not committed, nor anything else of its decision", async () => {
  const known = [{ recipientHash: "a hash", approvedAt: clock.now }];
  const tooMany = decide(subjects[0], { recipient: ada }, () => ({
    ...{ outcome: undefined, counts: [added({ max: 0 })], known },
  }));
  await expect(tooMany).rejects.toThrow();
  expect(await counted()).toEqual([]);
  const text = `SELECT 1 FROM known_recipients WHERE account_sid = '${subjects[0].accountSid}'`;
  expect(await readSql(url, text)).toEqual([]);
  expect(await send(subjects[0], ada, false)).toBe(true);
});

test("what proves that a decision was made is counted with it and not ahead, so that one that was lost is made once more", async () => {
  const [here, elsewhere] = subjects;
  const proof = { counter: "0000000000000 once", max: 1, isProof: true };
  const once = (subject: Subject, text: string) =>
    decide(
      subject,
      { recipient: ada },
      ({ guard }) => {
        const isMade = guard.count(proof.counter).used > 0;
        if (isMade) return { outcome: "repeated" };
        return { outcome: "made", counts: [added(), added(proof)], written: [{ text, values: [] }] };
      },
      { guard: { counters: [proof.counter], prefixes: [], recipients: [], safe: [] } },
    );
  // The database ends the connection once the other counter is committed.
  await expect(once(here, "SELECT pg_terminate_backend(pg_backend_pid())")).rejects.toThrow();
  expect(await counted()).toEqual([{ used: 1, approved: 0 }]);
  expect([await once(elsewhere, "SELECT 1"), await once(here, "SELECT 1")]).toEqual(["made", "repeated"]);
});

test("what is taken back from a counter that was erased or begun anew meanwhile leaves nothing below nothing", async () => {
  const { accountSid } = subjects[0];
  await decide(subjects[0], { recipient: ada }, () => ({
    outcome: undefined,
    counts: [added({ used: 2, approved: 1 })],
  }));
  const client = new pg.Client(url);
  await client.connect();
  const taken = { accountSid, used: 3, approved: 1, max: null };
  await client.query(
    takeBack([
      { ...taken, counter },
      { ...taken, counter: "0000000000000 erased" },
    ]),
  );
  await client.end();
  expect(await counted()).toEqual([{ used: 0, approved: 0 }]);
});
