import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardOf } from "../src/guard/settings.ts";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { type Answer, type Api, apiOf } from "../test-support/api.ts";
import { createAccount, databaseKindsOr, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type SandboxProcess, startSandboxProcess } from "../test-support/sandbox-process.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const guard = guardOf({
  limits: {
    recipient: [{ requestsMax: 3, seconds: 86_400 }],
    client: [{ requestsMax: 4, seconds: 86_400 }],
    account: [{ requestsMax: 30, seconds: 86_400 }],
  },
});

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** Fictional numbers, each another. */
const number = (index: number) => `+1${202 + Math.floor(index / 100)}55501${String(index % 100).padStart(2, "0")}`;

/** @returns how many were sent; all others were refused as the document says */
function sent(answers: Answer[]): number {
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body, headers } of refused) {
    expect([status, body.code]).toEqual([429, 20429]);
    const wait = body.details?.retry_after_seconds ?? 0;
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(86_400 + 86_400 / 12);
    expect(headers.get("retry-after")).toBe(wait <= 30 ? String(wait) : null);
  }
  return answers.length - refused.length;
}

describe.each(databaseKindsOr("PostgreSQL"))("on %s", (kind) => {
  let sandbox: Running;
  let databaseUrl: string;
  let api: Api;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    sandbox = await startSandbox({ databaseUrl, guard });
    api = apiOf(sandbox.url);
  });
  afterAll(() => sandbox.close());

  const start = (To: string, fields: Record<string, string> = {}) => api.start(serviceSid, { To, ...fields });
  const startAll = (count: number, one: (index: number) => Promise<Answer>) =>
    Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  const reset = () => api.call("POST", "/sandbox/reset");

  test("security 13 and 14: a recipient is sent exactly as often as the limit, by all services of an account and by v1, and again when the wait that is told has passed", async () => {
    await reset();
    const other = await api.createService();
    const To = number(1);
    const answers = await startAll(12, (index) => api.start(index % 2 ? other : serviceSid, { To }));
    expect(sent(answers)).toBe(3);
    const v1 = await v1ApiOf(sandbox.url, "sandbox").start({ phone_number: To.slice(2) });
    expect([v1.status, v1.body.error_code]).toEqual([429, "60003"]);
    const wait = (await start(To)).body.details?.retry_after_seconds ?? 0;
    expect(v1.headers["retry-after"]).toBe(wait <= 30 ? String(wait) : undefined);
    expect((await start(number(2))).status).toBe(201);
    await api.call("POST", "/sandbox/clock", { Seconds: String(wait) });
    expect((await start(To)).status).toBe(201);
  });

  test("security 13: an e-mail address is a recipient like any other, however it is written", async () => {
    await reset();
    const writings = ["ada@example.com", "Ada@Example.com", "ADA@EXAMPLE.COM", "ada@example.com"];
    const answers = await startAll(4, (index) => start(writings[index] ?? "", { Channel: "email" }));
    expect(sent(answers)).toBe(3);
  });

  test("security 13: a client is an IPv4 address, also where it is written as IPv6, or the /64 of an IPv6 address", async () => {
    await reset();
    const clients = ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"];
    expect(sent(await startAll(9, (i) => start(number(i), { DeviceIp: clients[i % 3] ?? "" })))).toBe(4);
    expect((await start(number(20), { DeviceIp: "192.0.2.8" })).status).toBe(201);
    const ofOneNet = (i: number) => `2001:db8:0:7:${i.toString(16)}::${i}`;
    expect(sent(await startAll(9, (i) => start(number(30 + i), { DeviceIp: ofOneNet(i) })))).toBe(4);
    expect((await start(number(40), { DeviceIp: "2001:db8:0:8::1" })).status).toBe(201);
  });

  test("security 13: an account sends exactly as much as its limit, and another account does not notice", async () => {
    await reset();
    expect(sent(await startAll(50, (index) => start(number(index))))).toBe(30);
    const stranger = apiOf(sandbox.url, await createAccount(databaseUrl));
    expect((await stranger.start(await stranger.createService(), { To: number(60) })).status).toBe(201);
  });

  test("a start that is refused for another reason counts for no limit", async () => {
    await reset();
    await startAll(6, () => start(number(1), { CustomCode: "123456" }));
    expect(sent(await startAll(6, () => start(number(1))))).toBe(3);
  });
});

test("security 13 and 14: three server processes on one PostgreSQL let exactly as many sends through as each limit", async () => {
  const databaseUrl = await databases.create("PostgreSQL");
  const secret = "a secret of no less than 32 characters";
  const processes: SandboxProcess[] = [];
  try {
    for (let count = 0; count < 3; count += 1) {
      processes.push(await startSandboxProcess({ databaseUrl, secret, guard }));
    }
    const apis = processes.map(({ url }) => apiOf(url));
    const startAll = (count: number, fields: (index: number) => Record<string, string>) =>
      Promise.all(Array.from({ length: count }, (_, i) => (apis[i % 3] as Api).start(serviceSid, fields(i) as never)));
    expect(sent(await startAll(30, () => ({ To: number(1) })))).toBe(3);
    expect(sent(await startAll(30, (i) => ({ To: number(10 + i), DeviceIp: `2001:db8::${i}` })))).toBe(4);
    expect(sent(await startAll(90, (i) => ({ To: number(100 + i) })))).toBe(30 - 3 - 4);
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
  }
});
