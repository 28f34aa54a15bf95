import { fileURLToPath } from "node:url";
import { createClient } from "@countersign/client";
import { errorCatalogue } from "@countersign/types";
import twilio, { Twilio } from "twilio";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { connectSandbox, type Sandbox, startSandbox, totp } from "./index.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterEach(() => vi.unstubAllEnvs());
afterAll(() => sandbox.close());

const To = "+12025550123";
const start = (to = To, { client, serviceSid } = sandbox) =>
  client.POST("/v2/Services/{ServiceSid}/Verifications", {
    params: { path: { ServiceSid: serviceSid } },
    body: { To: to, Channel: to.includes("@") ? "email" : "sms" },
  });
const check = (Code: string, to = To) =>
  sandbox.client.POST("/v2/Services/{ServiceSid}/VerificationCheck", {
    params: { path: { ServiceSid: sandbox.serviceSid } },
    body: { To: to, Code },
  });

test("the code that was sent is approved", async () => {
  await start("+14155552671");
  const code = await sandbox.inbox.code("+14155552671");
  expect((await check(code, "+14155552671")).data?.status).toBe("approved");
});

test("next waits for the message, gives each once and in its order", async () => {
  const waiting = [sandbox.inbox.next(To), sandbox.inbox.next(To)];
  await start();
  await start("+12025550124");
  await start();
  const [first, second] = await Promise.all(waiting);
  const all = await sandbox.inbox.all();
  expect(all.map(({ to }) => to)).toEqual([To, "+12025550124", To]);
  expect([first?.sid, second?.sid]).toEqual([all[0]?.sid, all[2]?.sid]);
  expect(await sandbox.inbox.all(To)).toEqual([first, second]);
});

test("who waits in vain is told what there is", async () => {
  const now = { timeoutSeconds: 0 };
  await expect(sandbox.inbox.next(To, now)).rejects.toThrow(
    `No message to ${To} came within 0 seconds. The inbox is empty.`,
  );
  await start("ada@example.com");
  await expect(sandbox.inbox.next(To, now)).rejects.toThrow("The inbox has messages to ada@example.com.");
  await start();
  await sandbox.inbox.code(To);
  await expect(sandbox.inbox.code(To, now)).rejects.toThrow("All 1 to this recipient were read before");
  await expect(sandbox.inbox.next("nobody", now)).rejects.toThrow("The inbox cannot be read: Invalid parameter: To");
});

test("a message after a reset is found, as is one to a recipient of before", async () => {
  await start();
  await sandbox.inbox.next(To);
  await sandbox.reset();
  await start();
  expect((await sandbox.inbox.next(To)).to).toBe(To);
});

test("a verification expires by the clock", async () => {
  const before = await sandbox.clock.now();
  await start();
  const after = await sandbox.clock.advance({ minutes: 10, seconds: 60 });
  expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(660_000);
  expect((await check("123456")).error).toMatchObject({ code: 20404, details: { reason: "expired" } });
  await sandbox.clock.reset();
  expect((await sandbox.clock.now()).getTime()).toBeLessThan(after.getTime());
  await expect(sandbox.clock.advance({ hours: -1 })).rejects.toMatchObject({ code: 60200 });
});

test("an outcome number gets its error, by phone, by e-mail and on v1", async () => {
  expect((await start(sandbox.outcome(60203))).error?.code).toBe(60203);
  expect((await start(sandbox.outcome(60410, { channel: "email" }))).error?.code).toBe(60410);
  const { error } = await sandbox.client.POST("/protected/{format}/phones/verification/start", {
    params: { path: { format: "json" } },
    body: { via: "sms", country_code: 1, phone_number: sandbox.outcome(60082).slice(2) },
  });
  expect(error?.error_code).toBe("60082");
});

test("every error of the catalogue has a number, and nothing else has", () => {
  for (const { code } of errorCatalogue) expect(sandbox.outcome(code)).toBe(`+150055${code}`);
  // @ts-expect-error: no such error
  expect(() => sandbox.outcome(12345)).toThrow("No error of the catalogue has the number 12345.");
  expect(() => sandbox.outcome(60022, { channel: "email" })).toThrow("60022 is an error of v1, which sends no e-mail.");
  expect(sandbox.outcome(60203, { as: "identity" })).toBe("error-60203");
  expect(() => sandbox.outcome(60022, { as: "identity" })).toThrow("60022 is an error of v1, which has no entities.");
});

test("an authenticator app on the sandbox's clock shows the code of the time that it was moved to", async () => {
  const uri = "otpauth://totp/Example:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  for (const by of [{ days: 30 }, { seconds: 30 }]) {
    const now = await sandbox.clock.advance(by);
    const around = [0, 30].map((seconds) => totp(uri, new Date(now.getTime() + seconds * 1000)));
    expect(around).toContain(await sandbox.totp(uri));
  }
  await expect(sandbox.totp("hotp")).rejects.toThrow(TypeError);
});

test.each([
  ["function", twilio],
  ["class", Twilio],
])("an official client made by the package's %s talks to the sandbox", async (_, Twilio) => {
  const { verifications, verificationChecks } = sandbox.twilio<Twilio>(Twilio).verify.v2.services(sandbox.serviceSid);
  await verifications.create({ to: To, channel: "sms" });
  const { status } = await verificationChecks.create({ to: To, code: await sandbox.inbox.code(To) });
  expect(status).toBe("approved");
});

test("the variables are enough for a program that knows nothing else", async () => {
  const { VERIFY_BASE_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, VERIFY_SERVICE_SID, AUTHY_API_KEY } = sandbox.env;
  const client = createClient({
    accountSid: TWILIO_ACCOUNT_SID,
    authToken: TWILIO_AUTH_TOKEN,
    authyApiKey: AUTHY_API_KEY,
    baseUrl: VERIFY_BASE_URL,
  });
  const service = await client.GET("/v2/Services/{Sid}", { params: { path: { Sid: VERIFY_SERVICE_SID } } });
  const application = await client.GET("/protected/{format}/app/details", { params: { path: { format: "json" } } });
  expect([service.response.status, application.response.status]).toEqual([200, 200]);
});

test("our client sends what is JSON as its types say, and an error names the member at fault", async () => {
  const post = (ChannelConfiguration: object, Tags?: Record<string, string>) =>
    sandbox.client.POST("/v2/Services/{ServiceSid}/Verifications", {
      params: { path: { ServiceSid: sandbox.serviceSid } },
      body: { To: "tagged@example.com", Channel: "email", ChannelConfiguration, ...(Tags && { Tags }) },
    });
  const { data } = await post({ from: "codes@example.com" }, { order: "A-18" });
  const query = { tag: "order:A-18" };
  const { data: listed } = await sandbox.client.GET("/console/verifications", { params: { query } });
  expect(listed?.verifications).toMatchObject([{ sid: data?.sid, tags: { order: "A-18" } }]);
  const { error } = await post({ from: "codes@acme.example" });
  expect(error?.code).toBe(60222);
  const { error: named } = await post({ from_name: "acme.com" });
  expect(named?.code === 60200 && named.details?.member).toBe("from_name");
});

test("the API key is enough for our client and for an official one, after a reset and elsewhere too", async () => {
  const { env } = await connectSandbox(sandbox.url);
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret } = env;
  const ours = createClient({ apiKey, apiSecret, baseUrl: env.VERIFY_BASE_URL });
  const official = twilio(apiKey, apiSecret, { accountSid });
  official.verify.baseUrl = env.VERIFY_BASE_URL;
  for (const _ of ["at first", "after a reset"]) {
    expect((await start(To, { ...sandbox, client: ours })).data?.account_sid).toBe(accountSid);
    const { verificationChecks } = official.verify.v2.services(env.VERIFY_SERVICE_SID);
    expect((await verificationChecks.create({ to: To, code: "123456" })).status).toBe("approved");
    await sandbox.reset();
  }
});

test("two sandboxes know nothing of each other", async () => {
  await using other = await startSandbox();
  await start(To, other);
  await other.clock.advance({ days: 1 });
  expect(await sandbox.inbox.all()).toEqual([]);
  expect((await sandbox.clock.now()).getTime()).toBeLessThan(Date.now() + 60_000);
});

test("one that runs already is helped along the same way", async () => {
  const connected = await connectSandbox(sandbox.url);
  await start();
  expect(await connected.inbox.code(To)).toBe("123456");
  await connected.close();
  expect((await start()).error).toBeUndefined();
});

test.each(["/", "//", " \n"])("its address may end with %j: no address that is given on does", async (end) => {
  const connected = await connectSandbox(sandbox.url + end);
  expect([connected.url, connected.env.VERIFY_BASE_URL]).toEqual([sandbox.url, sandbox.url]);
  const { verify, lookups } = connected.twilio<Twilio>(Twilio);
  expect([verify.baseUrl, lookups.baseUrl]).toEqual([sandbox.url, sandbox.url]);
  expect((await start("+14155552671", connected)).error).toBeUndefined();
});

test.each(["http://h/?a=1", "http://u:hunter2@h", "127.0.0.1:4010"])("no sandbox is at %s", async (url) => {
  await expect(connectSandbox(url)).rejects.toThrow(new TypeError("baseUrl cannot be used"));
});

test("a sandbox that runs elsewhere is found by the environment, as by the commands", async () => {
  vi.stubEnv("PORT", new URL(sandbox.url).port);
  expect((await connectSandbox()).url).toBe(sandbox.url);
  vi.stubEnv("COUNTERSIGN_URL", "http://sandbox:4010/");
  expect((await connectSandbox()).url).toBe("http://sandbox:4010");
  vi.stubEnv("COUNTERSIGN_URL", "sandbox");
  await expect(connectSandbox()).rejects.toThrow("COUNTERSIGN_URL must be an address as http://127.0.0.1:4010.");
});

test("a close ends all waiting at once, here and elsewhere", async () => {
  const closing = await startSandbox();
  const elsewhere = await connectSandbox(closing.url);
  const waiting = [closing, elsewhere].map(({ inbox }) => inbox.next(To, { timeoutSeconds: 60 }));
  const outcomes = Promise.allSettled(waiting);
  await closing.close();
  expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(waiting[0]).rejects.toThrow("The sandbox was closed.");
});

test("what happens is heard as events, each given once, by its type or in its order, after a reset too", async () => {
  await sandbox.events.listen();
  for (const time of ["at first", "after a reset"]) {
    await start();
    await check("123456");
    const approved = await sandbox.events.next({ type: "verification.approved" });
    expect([time, approved.data.channel]).toEqual([time, "sms"]);
    const rest = [await sandbox.events.next(), await sandbox.events.next()].map(({ type }) => type);
    expect(rest.sort()).toEqual(["attempt.delivered", "verification.pending"]);
    expect(sandbox.events.all()).toHaveLength(3);
    await sandbox.reset();
    expect(sandbox.events.all()).toEqual([]);
  }
});

test("events are heard as Event Streams has them as well, each typed by its type", async () => {
  await sandbox.events.listen();
  await sandbox.events.listen({ schema: "event-streams" });
  const params = { path: { Sid: sandbox.serviceSid } };
  await sandbox.client.POST("/v2/Services/{Sid}", { params, body: { VerifyEventSubscriptionEnabled: true } });
  await start();
  await check("123456");
  const { data } = await sandbox.events.next({ type: "com.twilio.accountsecurity.verify.verification.approved" });
  expect([data.to, data.verification_status, data.check_attempts.count]).toEqual([To, "APPROVED", 1]);
  const message = await sandbox.events.next({ type: "com.twilio.accountsecurity.verify.attempt-dlr.delivered" });
  expect(message.data.dlr_status).toBe("DELIVERED");
  await sandbox.events.test("com.twilio.accountsecurity.verify.verification.expired");
  const expired = await sandbox.events.next({ type: "com.twilio.accountsecurity.verify.verification.expired" });
  expect(expired.data.verification_status).toBe("EXPIRED");
  await sandbox.events.listen({ schema: "countersign" });
  await sandbox.reset();
  await start();
  expect((await sandbox.events.next({ type: "verification.pending" })).data.channel).toBe("sms");
});

test("factors and challenges are heard where that is asked for, typed by their type", async () => {
  await sandbox.events.listen({ factors: true });
  await sandbox.events.listen({ factors: true });
  const path = { ServiceSid: sandbox.serviceSid, Identity: "person-4711" };
  const all = "/v2/Services/{ServiceSid}/Entities/{Identity}/Factors" as const;
  const body = { FriendlyName: "Phone", FactorType: "totp" } as const;
  const { data: factor } = await sandbox.client.POST(all, { params: { path }, body });
  const created = await sandbox.events.next({ type: "factor.created" });
  expect([created.factor_sid, created.factor_friendly_name]).toEqual([factor?.sid, "Phone"]);
  expect(sandbox.events.all().map(({ type }) => type)).toEqual(["factor.created"]);
  const params = { path: { ServiceSid: sandbox.serviceSid } };
  const { data } = await sandbox.client.GET("/v2/Services/{ServiceSid}/Webhooks", { params });
  expect(data?.webhooks).toHaveLength(1);
  expect(sandbox.signingSecret).toMatch(/^whsec_/);
  await sandbox.reset();
  await sandbox.client.POST(all, { params: { path }, body });
  expect((await sandbox.client.GET("/v2/Services/{ServiceSid}/Webhooks", { params })).data?.webhooks).toEqual([]);
});

test("who waits for an event gets it when it comes, and is told what there was when it does not", async () => {
  await using other = await startSandbox();
  const now = { timeoutSeconds: 0 };
  await expect(other.events.next(now)).rejects.toThrow("No event came within 0 seconds. There was none. Before");
  const waiting = [other.events.next({ type: "attempt.failed" }), other.events.next()] as const;
  await other.events.test("account.sprayed");
  expect((await waiting[1]).type).toBe("account.sprayed");
  await other.events.test("attempt.failed");
  expect((await waiting[0]).data.error_code).toBe("30008");
  await expect(other.events.next({ type: "verification.expired", ...now })).rejects.toThrow(
    "No event verification.expired came within 0 seconds. There were account.sprayed, attempt.failed.",
  );
  const last = other.events.next({ timeoutSeconds: 60 });
  const end = expect(last).rejects.toThrow("The sandbox was closed.");
  await other.close();
  await end;
  await expect(other.events.listen()).rejects.toThrow("The sandbox was closed.");
});

test("an event that nobody signed is refused", async () => {
  await sandbox.events.listen();
  const { data } = await sandbox.client.GET("/sandbox/webhook");
  const forged = { method: "POST", body: JSON.stringify({ type: "account.sprayed" }) };
  expect((await fetch(data?.url ?? "", forged)).status).toBe(401);
  const headers = { "webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA" };
  expect((await fetch(data?.url ?? "", { ...forged, headers })).status).toBe(401);
  expect(sandbox.events.all()).toEqual([]);
});

test("a sandbox does worse what it is told to, until that is cleared or it is reset", async () => {
  await sandbox.faults.set({ failingChannels: ["sms"], latencyMs: 100 });
  const startedAt = performance.now();
  expect((await start()).error).toBeUndefined();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(99);
  await expect(sandbox.inbox.next(To, { timeoutSeconds: 0 })).rejects.toThrow("The inbox is empty.");
  await sandbox.faults.set({ failureRate: 1 });
  expect((await check("123456")).error?.code).toBe(20503);
  await sandbox.faults.clear();
  expect((await check("123456")).data?.status).toBe("approved");
  await sandbox.faults.set({ failsWebhooks: true, reordersReceipts: true, receiptDelaySeconds: 3 });
  expect((await sandbox.client.GET("/sandbox/faults")).data).toEqual({
    latency_ms: 0,
    failure_rate: 0,
    failing_channels: [],
    receipt_delay_seconds: 3,
    reorders_receipts: true,
    fails_webhooks: true,
  });
  await expect(sandbox.faults.set({ latencyMs: -1 })).rejects.toMatchObject({ code: 60200 });
  await sandbox.reset();
  expect((await sandbox.client.GET("/sandbox/faults")).data?.fails_webhooks).toBe(false);
});

test("what a seed file has is there from the start and after a reset, and a mistake in one is told", async () => {
  const seed = fileURLToPath(new URL("../test-support/countersign.yaml", import.meta.url));
  const seeded = await startSandbox({ seed });
  for (const _ of ["at the start", "after the reset"]) {
    const { data } = await seeded.client.GET("/v2/Services");
    expect(data?.services.map((service) => service.friendly_name)).toEqual(["Seeded", "Acme"]);
    await seeded.reset();
  }
  await seeded.close();
  await expect(startSandbox({ seed: "nowhere.yaml" })).rejects.toThrow("nowhere.yaml: it cannot be read: ENOENT.");
});
