import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operator } from "../src/sql/resources.ts";
import { newApplication, newApplicationKeys } from "../src/v1/application.ts";
import { createVault } from "../src/verifications/vault.ts";
import { apiOf } from "../test-support/api.ts";
import { codeOf } from "../test-support/authenticator.ts";
import { dashboardOf } from "../test-support/dashboard.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { type ProductionServer, startProduction } from "../test-support/production.ts";
import { v1ApiOf, v1Send } from "../test-support/v1-api.ts";

const newSecret = () => randomBytes(32).toString("base64url");
const [pending, queued, locked, byV1] = ["+14155552671", "+14155552672", "+14155552673", "+14155552674"] as const;

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("security 32: on %s, once the secret is lost", (kind) => {
  let server: ProductionServer;
  let before: ProductionServer;
  let serviceSid: string;
  let sid: string;
  let snaToken: string;
  let factor: { sid: string; binding: { uri: string } };
  const factors = () => `/v2/Services/${serviceSid}/Entities/person-00000001/Factors`;
  const app = { FriendlyName: "Ana’s phone", FactorType: "totp" };
  const secret = newSecret();
  const codes = new Map<string, string>();
  const keys = newApplicationKeys();

  beforeAll(async () => {
    const databaseUrl = await databases.create(kind);
    const lost = newSecret();
    before = await startProduction({ databaseUrl, secret: lost, isHeld: true });
    const { api, store, credentials, deliver } = before;
    serviceSid = await api.createService();
    const given = { accountSid: credentials.accountSid, serviceSid, contact: null, now: Date.now() };
    await store.applications.create(newApplication(createVault(lost), given, keys), operator);
    sid = (await api.start(serviceSid, { To: pending })).body.sid ?? "";
    await api.start(serviceSid, { To: locked });
    await v1ApiOf(before.url, keys.apiKey).start({ phone_number: byV1.slice(2) });
    await deliver();
    for (const { to, code } of before.sent) codes.set(to, code);
    const Code = codes.get(locked) === "000000" ? "111111" : "000000";
    for (let count = 0; count < 5; count += 1) await api.check(serviceSid, { To: locked, Code });
    await api.start(serviceSid, { To: queued });
    const sna = await api.start(serviceSid, { To: "+14155552675", Channel: "sna" });
    snaToken = new URL(sna.body.sna?.url ?? "").pathname;
    await api.call("POST", `/v2/Services/${serviceSid}/Entities`, { Identity: "person-00000001" });
    factor = (await api.call("POST", factors(), app)).body as unknown as typeof factor;
    await before.close();
    server = await startProduction({ databaseUrl, secret, isHeld: true });
  });
  afterAll(() => server.close());

  test("its verifications have ended: none is checked, read or updated, and none answers with 5xx", async () => {
    const api = apiOf(server.url, before.credentials);
    const path = `/v2/Services/${serviceSid}/Verifications/${sid}`;
    const answers = [
      await api.check(serviceSid, { To: pending, Code: codes.get(pending) ?? "" }),
      await api.check(serviceSid, { VerificationSid: sid, Code: codes.get(pending) ?? "" }),
      await api.fetch(serviceSid, sid),
      ...(await Promise.all(["approved", "canceled"].map((Status) => api.call("POST", path, { Status })))),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 20404]);
    expect((await fetch(server.url + snaToken)).status).toBe(404);
  });

  test("a new start begins anew, since nobody can tell any more whom was sent to", async () => {
    const api = apiOf(server.url, before.credentials);
    const started = await api.start(serviceSid, { To: pending });
    expect([started.status, started.body.send_code_attempts?.length]).toEqual([201, 1]);
    expect(started.body.sid).not.toBe(sid);
    const code = [...server.codes].at(-1) ?? "";
    expect((await api.check(serviceSid, { To: pending, Code: code })).body.status).toBe("approved");
  });

  test("the same holds for v1, whose signed calls are refused", async () => {
    const v1 = v1ApiOf(server.url, keys.apiKey);
    const phone = { country_code: 1, phone_number: byV1.slice(2) };
    const check = await v1.check({ ...phone, verification_code: codes.get(byV1) ?? "" });
    expect([check.status, check.body.error_code]).toEqual([404, "60023"]);
    expect((await v1.status(phone)).status).toBe(404);
    expect((await v1.start(phone)).status).toBe(200);
    const query = new URLSearchParams({ app_api_key: keys.appApiKey, access_key: keys.accessKey });
    const headers = { "x-authy-signature": "AAAA", "x-authy-signature-nonce": "1" };
    const signed = await v1Send(server.url, "GET", `/dashboard/json/application/webhooks?${query}`, { headers });
    expect([signed.status, signed.body.error_code]).toEqual([400, "60002"]);
  });

  test("a webhook whose signing key is lost is listed without it, and can be deleted", async () => {
    const { api, store, credentials } = server;
    const own = newApplicationKeys();
    const service = { accountSid: credentials.accountSid, serviceSid: await api.createService() };
    const application = newApplication(createVault(secret), { ...service, contact: null, now: Date.now() }, own);
    const sealedSigningKey = createVault(newSecret()).sealText("WSK_lost");
    const named = { id: "WH_00000000-0000-0000-0000-000000000001", name: "w", url: "https://acme.example.com/" };
    application.state.webhooks.push({ ...named, events: [], sealedSigningKey, createdAt: Date.now() });
    await store.applications.create(application, operator);
    const dashboard = dashboardOf(server.url, own);
    const listed = await dashboard("GET", "json/application/webhooks");
    expect([listed.status, listed.body.webhooks?.[0].signing_key]).toEqual([200, "WSK_"]);
    expect((await dashboard("DELETE", `json/application/webhooks/${named.id}`)).status).toBe(200);
  });

  test("its entities are nobody's any more: they are listed without their identities, which are free again", async () => {
    const api = apiOf(server.url, before.credentials);
    const path = `/v2/Services/${serviceSid}/Entities`;
    const { status, body } = await api.call("GET", path);
    expect([status, body]).toMatchObject([200, { entities: [{ identity: null }] }]);
    expect((await api.call("GET", `${path}/person-00000001`)).status).toBe(404);
    expect((await api.call("POST", path, { Identity: "person-00000001" })).status).toBe(201);
  });

  test("its factors are gone, and their codes are worth nothing", async () => {
    const api = apiOf(server.url, before.credentials);
    const AuthPayload = codeOf(factor.binding.uri);
    for (const [method, fields] of [["GET"], ["POST", { AuthPayload }], ["DELETE"]] as const) {
      expect((await api.call(method, `${factors()}/${factor.sid}`, fields)).status).toBe(404);
    }
    expect((await api.call("POST", factors(), app)).status).toBe(201);
    expect((await api.call("POST", `${factors()}/${factor.sid}`, { AuthPayload })).status).toBe(404);
  });

  test("what waited in the outbox is not sent, and its attempt says why", async () => {
    await server.deliver();
    expect(server.sent.map(({ to }) => to)).not.toContain(queued);
    const { items } = await server.store.attempts.list(before.credentials.accountSid, { serviceSid }, { size: 20 });
    expect(items.map(({ delivery }) => delivery)).toContainEqual({ status: "failed", errorCode: "unreadable" });
  });
});
