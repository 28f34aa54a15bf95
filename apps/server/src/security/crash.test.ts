import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, apiOf } from "../../test-support/api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startSandboxProcess } from "../../test-support/sandbox-process.ts";
import { openStore } from "../adapters/open-store.ts";
import { sandboxServiceSid as serviceSid } from "../sandbox.ts";

const secret = randomBytes(32).toString("base64url");
const rounds = 2;
const callers = 16;
const startsBeforeKill = 100;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.concurrent.each(databaseKinds)("on %s", (kind) => {
  test("security 21: kill -9 loses no acknowledged verification and no message, and nothing is approved twice", async () => {
    const databaseUrl = await databases.create(kind);
    let server = await startSandboxProcess({ databaseUrl, secret });
    try {
      for (let round = 1; round <= rounds; round += 1) {
        const ledger = await loadUntilKilled(apiOf(server.url), `round-${round}`, () => server.kill());
        server = await startSandboxProcess({ databaseUrl, secret });
        const api = apiOf(server.url);
        await Promise.all([...ledger.started].map(([sid, to]) => expectKept(api, ledger, sid, to)));
        await expectEvents(databaseUrl, [...ledger.started.keys()]);
        await expectDelivered(api, `after-${round}@example.com`);
      }
    } finally {
      await server.kill();
    }
  });
});

/** What the callers were told, and what they asked. */
interface Ledger {
  /** Recipients of the verifications whose start was answered, by sid. */
  started: Map<string, string>;
  /** Those whose check was on its way; its answer may be lost. */
  asked: Set<string>;
  approved: Set<string>;
}

/** Starts and checks without a pause, and kills the server in the midst of it. */
async function loadUntilKilled(api: Api, name: string, kill: () => Promise<void>): Promise<Ledger> {
  const ledger: Ledger = { started: new Map(), asked: new Set(), approved: new Set() };
  let killed: Promise<void> | undefined;
  const caller = async (index: number) => {
    for (let call = 0; ; call += 1) {
      await startAndCheck(api, ledger, `${name}-${index}-${call}@example.com`);
      if (ledger.started.size >= startsBeforeKill) killed ??= kill();
    }
  };
  // Every caller goes on until the connection breaks.
  const ends = await Promise.allSettled(Array.from({ length: callers }, (_, index) => caller(index)));
  const reasons = ends.map((end) => (end.status === "rejected" ? end.reason : undefined));
  expect(reasons.filter((reason) => !isBroken(reason))).toEqual([]);
  await killed;
  expect(ledger.approved.size).toBeGreaterThan(0);
  return ledger;
}

/** What `fetch` throws when the connection is lost; a departure from the document is another error. */
function isBroken(reason: unknown): boolean {
  return reason instanceof TypeError;
}

async function startAndCheck(api: Api, { started, asked, approved }: Ledger, to: string): Promise<void> {
  const { status, body } = await api.start(serviceSid, { To: to, Channel: "email" });
  expect(status).toBe(201);
  const sid = body.sid ?? "";
  started.set(sid, to);
  // Every third stays pending.
  if (started.size % 3 === 0) return;
  asked.add(sid);
  const check = await api.check(serviceSid, { To: to, Code: "123456" });
  expect(check.body.status).toBe("approved");
  approved.add(sid);
}

async function expectKept(api: Api, { asked, approved }: Ledger, sid: string, to: string): Promise<void> {
  if (!asked.has(sid)) expect((await api.fetch(serviceSid, sid)).body).toMatchObject({ sid, to, status: "pending" });
  const { body } = await api.check(serviceSid, { To: to, Code: "123456" });
  const outcome = body.details?.reason ?? `${body.status} now`;
  const allowed = approved.has(sid) ? ["approved"] : asked.has(sid) ? ["approved", "approved now"] : ["approved now"];
  expect(allowed, `${sid} ${to}`).toContain(outcome);
  const again = await api.check(serviceSid, { To: to, Code: "123456" });
  expect(again.body.details).toEqual({ reason: "approved" });
}

async function expectEvents(databaseUrl: string, sids: string[]): Promise<void> {
  const store = await openStore(databaseUrl, Date.now);
  try {
    for (const sid of sids) {
      const types = (await store.events(serviceSid, sid)).map(({ type }) => type);
      expect(types).toEqual(["started", "sent", "approved"]);
    }
  } finally {
    await store.close();
  }
}

/** What the killed server had claimed is free again after half a minute, and then handed over. */
async function expectDelivered(api: Api, to: string): Promise<void> {
  await api.call("POST", "/sandbox/clock", { Seconds: "31" });
  expect((await api.start(serviceSid, { To: to, Channel: "email" })).status).toBe(201);
  const { body } = await api.call("GET", "/v2/Attempts?PageSize=1000");
  const statuses = body.attempts?.map(({ channel_data }) => channel_data.message_status) ?? [];
  expect(statuses.length).toBeGreaterThanOrEqual(startsBeforeKill);
  expect(new Set(statuses)).toEqual(new Set(["delivered"]));
  await api.call("DELETE", "/sandbox/clock");
}
