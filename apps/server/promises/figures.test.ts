import type { Figures } from "@countersign/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxServiceSid as serviceSid, startSandbox } from "../src/sandbox/sandbox.ts";
import type { Running } from "../src/server.ts";
import { openStore } from "../src/store/open-store.ts";
import { type Api, apiOf } from "../test-support/api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { figuresUnlikeFacts } from "../test-support/figures.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";

const accountSid = "AC00000000000000000000000000000001";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("figures on %s", (kind) => {
  let databaseUrl: string;
  let sandbox: Running;
  let api: Api;
  beforeAll(async () => {
    databaseUrl = await databases.create(kind);
    sandbox = await startSandbox({ databaseUrl });
    api = apiOf(sandbox.url);
  });
  afterAll(() => sandbox.close());

  const advance = (seconds: number) => api.call("POST", "/sandbox/clock", { Seconds: `${seconds}` });
  const answer = async (query = "") => {
    const { status, body } = await api.call("GET", `/console/figures${query}`);
    return { status, body: body as unknown as Figures & { code?: number } };
  };
  const figures = async (query = "") => (await answer(query)).body;

  test("count what v2 and v1 did, as the log of attempts and the facts have it, and tell it apart in five ways", async () => {
    const codeOf = async (To: string) => (await api.messages(To))[0]?.code ?? "";
    await api.start(serviceSid, { To: "+12025550131" });
    await advance(20);
    await api.check(serviceSid, { To: "+12025550131", Code: "000000" });
    await api.check(serviceSid, { To: "+12025550131", Code: await codeOf("+12025550131") });
    await api.start(serviceSid, { To: "+447700900131" });
    await api.start(serviceSid, { To: "+447700900131", Channel: "call" });
    await api.call("POST", `/v2/Services/${serviceSid}/Verifications/+447700900131`.replace("+", "%2B"), {
      Status: "canceled",
    });
    await api.start(serviceSid, { To: "ada@example.com", Channel: "email" });
    for (let wrong = 0; wrong < 5; wrong += 1) await api.check(serviceSid, { To: "ada@example.com", Code: "000000" });
    const v1 = v1ApiOf(sandbox.url);
    await v1.start({ phone_number: "202-555-0132" });
    await v1.check({ phone_number: "202-555-0132", verification_code: await codeOf("+12025550132") });
    expect((await api.start(serviceSid, { To: "nobody" })).status).toBe(400);

    const byChannel = await figures();
    const total = (all: Figures["totals"]) => Object.fromEntries(all.map(({ group, sends }) => [group, sends]));
    expect(total(byChannel.totals)).toMatchObject({ call: 1, email: 1, sms: 3 });
    expect(byChannel.sum).toMatchObject({ starts: 4, sends: 5, delivered: 5, undelivered: 0, approvals: 2 });
    expect(byChannel.sum).toMatchObject({ refused_checks: 5, locks: 1, cancellations: 1, refused_starts: 1 });
    expect(total((await figures("?group=country")).totals)).toEqual({ GB: 2, US: 2 });
    expect(total((await figures("?group=service&by=day")).totals)).toMatchObject({ [serviceSid]: 5 });
    expect((await figures("?group=error")).totals).toMatchObject([{ group: "60200", refused_starts: 1 }]);
    expect((await figures("?group=provider")).totals).toEqual([]);
    expect((await figures(`?service_sid=VA${"0".repeat(32)}`)).sum.sends).toBe(0);

    const store = await openStore(databaseUrl);
    try {
      expect(await figuresUnlikeFacts(store, accountSid)).toEqual([]);
    } finally {
      await store.close();
    }
  });

  test("tell within how many seconds half and nearly all were approved, to no more than their bounds allow", async () => {
    const { sum } = await figures();
    // One at once, one after twenty seconds.
    expect(sum.approval_seconds_p50).toBe(5);
    expect(sum.approval_seconds_p95).toBeGreaterThan(20);
    expect(sum.approval_seconds_p95).toBeLessThan(30);
  });

  test("are of whole hours or days, oldest first, beside the period of the same length before", async () => {
    const before = await figures();
    expect(Date.parse(before.before) - Date.parse(before.after)).toBe(86_400_000);
    await advance(86_400);
    const after = await figures();
    expect(after.former).toEqual(before.sum);
    expect([after.figures, after.sum.sends]).toEqual([[], 0]);
    const days = await figures(`?by=day&after=${before.after}`);
    expect(days.sum).toEqual(before.sum);
    expect(days.figures.map(({ date }) => date.slice(10))).toEqual(days.figures.map(() => "T00:00:00Z"));
    expect(days.figures.map(({ date }) => date)).toEqual(days.figures.map(({ date }) => date).toSorted());
  });

  test("refuse a period that ends before it begins, and one of which nothing is kept", async () => {
    for (const query of [
      "?after=2126-03-02T09:00:00Z",
      "?after=2020-03-02T09:00:00Z",
      "?by=day&after=2020-03-02T09:00:00Z",
      "?after=2026-03-02T09:00:00Z&before=2026-03-02T08:00:00Z",
      "?by=week",
      "?group=number",
    ]) {
      expect(await answer(query), query).toMatchObject({ status: 400, body: { code: 60200 } });
    }
  });

  test("stay when hours are summed up and the service is deleted, and are gone with a reset", async () => {
    const counts = async () =>
      (await figures(`?by=day&after=${new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 19)}Z`)).sum;
    const before = await counts();
    await advance(7_300);
    await api.call("DELETE", `/v2/Services/${serviceSid}`);
    expect(await counts()).toEqual(before);
    await api.call("POST", "/sandbox/reset");
    expect(await counts()).toMatchObject({ starts: 0, sends: 0, approval_seconds_p50: null });
  });
});
