import { expect, test } from "vitest";
import { apiOf, send } from "../../test-support/api.ts";
import { databaseKindsOr } from "../../test-support/databases.ts";
import { describeOn, useSandbox } from "../../test-support/sandbox.ts";
import { bundledDocument } from "../http/bundled-document.ts";
import { sandboxKeys, sandboxServiceSid as serviceSid } from "./account.ts";
import { createFaults } from "./faults.ts";
import { startSandbox } from "./sandbox.ts";

const sandbox = useSandbox();
const { api } = sandbox;
const To = "+12025550123";
const none = {
  latency_ms: 0,
  failure_rate: 0,
  failing_channels: [],
  receipt_delay_seconds: 0,
  reorders_receipts: false,
  fails_webhooks: false,
};

type Calls = typeof api;

function setFaults(fields: Record<string, string>, { call }: Calls = api) {
  return call("POST", "/sandbox/faults", fields);
}

/** How the attempts ended so far, the first send first. */
async function ends({ call }: Calls, sid = serviceSid): Promise<unknown[]> {
  const { body } = await call("GET", `/v2/Attempts?VerifyServiceSid=${sid}`);
  const attempts = (body.attempts ?? []) as { channel_data: Record<string, unknown> }[];
  return attempts.map(({ channel_data: data }) => [data.message_status ?? data.call_status, data.error_code]).reverse();
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

test("there are none at first, after they are cleared, and after a reset; what is set replaces all that was", async () => {
  expect((await api.call("GET", "/sandbox/faults")).body).toEqual(none);
  const set = await setFaults({ LatencyMs: "1", FailureRate: "0.5", FailingChannels: "call", FailsWebhooks: "true" });
  expect([set.status, set.body]).toEqual([
    200,
    { ...none, latency_ms: 1, failure_rate: 0.5, failing_channels: ["call"], fails_webhooks: true },
  ]);
  expect((await setFaults({ ReceiptDelaySeconds: "3" })).body).toEqual({ ...none, receipt_delay_seconds: 3 });
  expect((await setFaults({ ReordersReceipts: "true" })).body).toEqual({ ...none, reorders_receipts: true });
  expect((await setFaults({})).body).toEqual(none);
  await setFaults({ LatencyMs: "1" });
  expect((await api.call("DELETE", "/sandbox/faults")).status).toBe(204);
  expect((await api.call("GET", "/sandbox/faults")).body).toEqual(none);
  await setFaults({ LatencyMs: "1" });
  await api.call("POST", "/sandbox/reset");
  expect((await api.call("GET", "/sandbox/faults")).body).toEqual(none);
});

test.each([
  ["LatencyMs", "-1"],
  ["LatencyMs", "60001"],
  ["LatencyMs", "x"],
  ["FailureRate", "1.1"],
  ["FailureRate", "-0.1"],
  ["FailureRate", "often"],
  ["FailingChannels", "sna"],
  ["ReceiptDelaySeconds", "86401"],
  ["ReordersReceipts", "maybe"],
  ["FailsWebhooks", "1"],
])("a fault that is not valid is refused by its name, and nothing is set: %s=%s", async (name, value) => {
  const { status, body } = await setFaults({ LatencyMs: "1", [name]: value });
  expect([status, body.code, body.message]).toEqual([400, 60200, `Invalid parameter: ${name}`]);
  expect((await api.call("GET", "/sandbox/faults")).body).toEqual(none);
});

test("every answer waits, refusals and unknown paths too, but for operations of the sandbox and the console", async () => {
  await setFaults({ LatencyMs: "150" });
  const slow = [
    () => api.call("GET", "/v2/Services"),
    () => api.call("GET", "/v2/Servces"),
    () => send(`${sandbox.url}/v2/Services`),
    () => send(`${sandbox.url}/protected/json/app/details?api_key=${sandboxKeys.apiKey}`),
    () => send(`${sandbox.url}/v2/Services`, { headers: { prefer: "example=error20503" } }),
  ];
  for (const call of slow) expect(await timed(call)).toBeGreaterThanOrEqual(149);
  const quick = ["/sandbox/messages", "/sandbox/clock", "/sandbox/nothing", "/console/requests", "/sandbox/faults"];
  await setFaults({ LatencyMs: "60000" });
  for (const path of quick) expect(await timed(() => api.call("GET", path)), path).toBeLessThan(30_000);
  await api.call("DELETE", "/sandbox/faults");
});

test("a close does not wait for answers that wait", async () => {
  const other = await startSandbox();
  const api = apiOf(other.url);
  await setFaults({ LatencyMs: "60000" }, api);
  const answered = api.call("GET", "/v2/Services");
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await timed(() => other.close())).toBeLessThan(3_000);
  expect((await answered).status).toBe(200);
});

test("so many requests fail as was asked for, evenly, before anything is done, each as its API says it", async () => {
  await setFaults({ FailureRate: "0.25" });
  const statuses = [];
  for (let count = 0; count < 8; count += 1) statuses.push((await api.start(serviceSid, { To })).status);
  // The sixth send that is not refused by the fault is one too many.
  expect(statuses).toEqual([201, 201, 201, 503, 201, 201, 429, 503]);
  expect(await api.messages(To)).toHaveLength(5);

  await setFaults({ FailureRate: "1" });
  const failed = await api.start(serviceSid, { To: "+12025550124" });
  expect([failed.status, failed.body.code, failed.headers.get("retry-after")]).toEqual([503, 20503, "1"]);
  const v1 = await send(`${sandbox.url}/protected/json/app/details?api_key=${sandboxKeys.apiKey}`);
  expect([v1.status, JSON.parse(v1.text).error_code, v1.headers.get("retry-after")]).toEqual([400, "60000", "1"]);
  expect((await send(`${sandbox.url}/v2/Services`)).status, "a stranger learns nothing").toBe(401);
  expect((await api.call("GET", "/console/requests")).status).toBe(200);
  await api.call("POST", "/sandbox/reset");
  expect(await api.messages("+12025550124")).toEqual([]);
});

test.each([
  [0.29, 29],
  [0.1, 10],
  [0.7, 70],
  [0.01, 1],
  [0, 0],
  [1, 100],
])("of a hundred requests %d of them fail, although binary fractions only come near to that", async (rate, fails) => {
  const faults = createFaults(bundledDocument);
  const { fetchService, fetchClock } = faults.failing({ fetchService: async () => 1, fetchClock: async () => 1 });
  faults.set({ ...none, failure_rate: rate });
  const calls = Array.from({ length: 100 }, () => [fetchService(), fetchClock()]).flat();
  const failed = (await Promise.allSettled(calls)).filter(({ status }) => status === "rejected");
  expect(failed).toHaveLength(fails);
});

describeOn(databaseKindsOr("SQLite"))(({ api }) => {
  test("a start by a failing channel is accepted, its message arrives nowhere, and its attempt has failed", async () => {
    const sid = await api.createService();
    await setFaults({ FailingChannels: "sms" }, api);
    const { status } = await api.start(sid, { To: "+14155552671" });
    expect(status).toBe(201);
    await api.start(sid, { To: "+14155552671", Channel: "call" });
    expect(await ends(api, sid)).toEqual([
      ["failed", "http_503"],
      ["completed", null],
    ]);
    expect(await api.messages("+14155552671")).toMatchObject([{ channel: "call" }]);
    await setFaults({}, api);
    await api.start(sid, { To: "+14155552671" });
    expect((await ends(api, sid)).at(-1)).toEqual(["delivered", null]);
  });

  test("a late receipt leaves the attempt sent until its time has come by the clock, and the message is there at once", async () => {
    const sid = await api.createService();
    await setFaults({ ReceiptDelaySeconds: "30" }, api);
    await api.start(sid, { To: "+14155552672" });
    expect(await api.messages("+14155552672")).toHaveLength(1);
    expect(await ends(api, sid)).toEqual([["sent", null]]);
    await api.call("POST", "/sandbox/clock", { Seconds: "28" });
    expect(await ends(api, sid)).toEqual([["sent", null]]);
    await api.call("DELETE", "/sandbox/faults");
    await api.call("POST", "/sandbox/clock", { Seconds: "2" });
    expect(await ends(api, sid)).toEqual([["delivered", null]]);
  });

  test("receipts overtake each other: every other one comes later", async () => {
    const sid = await api.createService();
    await setFaults({ ReceiptDelaySeconds: "30", ReordersReceipts: "true" }, api);
    for (const last of [3, 4, 5]) await api.start(sid, { To: `+1415555267${last}` });
    await api.call("POST", "/sandbox/clock", { Seconds: "30" });
    expect((await ends(api, sid)).map((end) => (end as string[])[0])).toEqual(["sent", "delivered", "sent"]);
    await api.call("POST", "/sandbox/clock", { Seconds: "30" });
    expect((await ends(api, sid)).map((end) => (end as string[])[0])).toEqual(["delivered", "delivered", "delivered"]);
    await setFaults({ ReordersReceipts: "true" }, api);
    await api.start(sid, { To: "+14155552676" });
    await api.start(sid, { To: "+14155552677" });
    await expect
      .poll(() => ends(api, sid).then((all) => all.slice(-2)))
      .toEqual([
        ["sent", null],
        ["delivered", null],
      ]);
    await expect.poll(() => ends(api, sid).then((all) => all.at(-2)), { timeout: 3_000 }).toEqual(["delivered", null]);
    await api.call("POST", "/sandbox/reset");
  });
});
