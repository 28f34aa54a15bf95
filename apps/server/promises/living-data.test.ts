import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore } from "../src/store/open-store.ts";
import { apiOf } from "../test-support/api.ts";
import { dashboardOf } from "../test-support/dashboard.ts";
import { databaseKinds, readSql, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";
import { leaveBehind, readLeftBehind } from "./living-data/left-behind.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("a database of version 0.1.0 on %s, opened by this version", (kind) => {
  const left = readLeftBehind(kind);
  const api = () => apiOf(server.url, left.credentials);
  const check = async (To: string, Code = left.codes[To] ?? "") =>
    (await api().check(left.serviceSid, { To, Code })).body;
  const wrong = (to: string) => (left.codes[to] === "000000" ? "111111" : "000000");
  let server: ProductionServer;
  let databaseUrl: string;

  beforeAll(async () => {
    databaseUrl = await databases.createBare(kind);
    await leaveBehind(kind, databaseUrl);
    server = await startProduction({ databaseUrl, secret: left.secret });
  });
  afterAll(() => server.close());

  test("security 35: has no recipient in clear any more, but for those of what waits and is erased when it is sent", async () => {
    const names = kind === "SQLite" ? ["recipient", "state"] : ["recipient", "sealed_recipient"];
    const rows = [
      ...(await readSql(databaseUrl, `SELECT ${names} FROM verifications`)),
      ...(await readSql(databaseUrl, "SELECT recipient, sealed_recipient, recipient_prefix FROM attempts")),
    ];
    expect(rows.length).toBeGreaterThan(10);
    expect(JSON.stringify(rows)).not.toMatch(/\+1415555267\d/);
  });

  test("sends what was queued, and its code is good", async () => {
    await server.deliver();
    expect(server.sent.map(({ to }) => to)).toEqual(["+14155552676"]);
    expect(await check("+14155552676", server.sent[0]?.code)).toMatchObject({ status: "approved", valid: true });
  });

  test("goes on counting wrong codes where it stood", async () => {
    expect(await check("+14155552671")).toMatchObject({ status: "approved" });
    expect(await check("+14155552672", wrong("+14155552672"))).toMatchObject({ status: "max_attempts_reached" });
    expect(await check("+14155552672")).toMatchObject({ code: 60202 });
  });

  test("lets nobody in who was locked out, and nothing be approved twice", async () => {
    expect(await check("+14155552673")).toMatchObject({ code: 60202 });
    expect(await check("+14155552674")).toMatchObject({ code: 20404, details: { reason: "approved" } });
    expect(await check("+14155552675")).toMatchObject({ code: 20404, details: { reason: "canceled" } });
  });

  test("knows its API keys, its v1 application and what that is signed with", async () => {
    const byKey = apiOf(server.url, { accountSid: left.apiKey.sid, authToken: left.apiKey.secret });
    expect((await byKey.call("GET", `/v2/Services/${left.serviceSid}`)).status).toBe(200);
    const v1 = v1ApiOf(server.url, left.keys.apiKey);
    const checked = await v1.check({
      phone_number: "4155552678",
      verification_code: left.codes["+14155552678"] ?? "",
    });
    expect(checked.body).toMatchObject({ success: true });
    const listed = await dashboardOf(server.url, left.keys)("GET", "json/application/webhooks");
    expect(listed.body.webhooks).toMatchObject([{ name: "all", url: "https://hooks.invalid/countersign" }]);
  });

  test("lists every send, and who was approved by it", async () => {
    const { attempts = [] } = (await api().call("GET", `/v2/Attempts?VerifyServiceSid=${left.serviceSid}`)).body;
    expect(attempts).toHaveLength(8);
    const converted = attempts.filter(({ conversion_status }) => conversion_status === "converted");
    expect(converted.map(({ channel_data: { to } }) => to)).toContain("+14155552674");
  });

  test("keeps what waits for webhooks, and the prefixes that are blocked", async () => {
    const store = await openStore(databaseUrl, Date.now);
    const [post, ...others] = await store.posts.claim(9, 60, Date.now() + 86_400_000);
    // The checks above have posts of their own.
    expect([post, ...others].map((claimed) => claimed?.payload)).toContainEqual(
      expect.objectContaining({ event: "phone_verification_started" }),
    );
    expect(await store.blocks.list(Date.now())).toMatchObject([{ prefix: "+23480", starts: 120, approvals: 2 }]);
    await store.close();
  });
});
