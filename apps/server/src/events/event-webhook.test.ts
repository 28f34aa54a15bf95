import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf } from "../../test-support/api.ts";
import { databaseKindsOr, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";
import { readEventWebhook } from "./event-webhook.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const To = "+12025550123";

let databases: TestDatabases;
let receiver: WebhookReceiver;
let sandbox: Running;
let api: Api;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

const start = async () => (await api.start(sandboxServiceSid, { To })).body.sid ?? "";
const check = (Code: string) => api.check(sandboxServiceSid, { To, Code });
const advance = (seconds: string) => api.call("POST", "/sandbox/clock", { Seconds: seconds });
const events = (prefix: string) =>
  receiver.received.map(({ text }) => JSON.parse(text)).filter(({ type }) => type.startsWith(prefix));
/** What it hears of verifications, or of attempts. */
const heard = (prefix = "verification.") =>
  expect.poll(
    () =>
      events(prefix)
        .map(({ type }) => type)
        .sort(),
    { timeout: 10_000 },
  );

describe.each(databaseKindsOr("PostgreSQL"))("the event webhook, on %s", (kind) => {
  beforeEach(async () => {
    receiver = await startReceiver();
    sandbox = await startSandbox({
      databaseUrl: await databases.create(kind),
      eventWebhook: { url: `${receiver.url}/events?tenant=7`, secret },
    });
    api = apiOf(sandbox.url);
  });
  afterEach(async () => {
    await sandbox.close();
    await receiver.close();
  });

  it("hears of a start and its approval, and of no expiry after that", async () => {
    const sid = await start();
    await check("000000");
    await check("123456");
    await heard().toEqual(["verification.approved", "verification.pending"]);
    expect(events("verification.pending")).toEqual([
      {
        type: "verification.pending",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        data: {
          account_sid: sandboxAccount.accountSid,
          service_sid: sandboxServiceSid,
          verification_sid: sid,
          channel: "sms",
        },
      },
    ]);
    await advance("700");
    await start();
    await heard().toEqual(["verification.approved", "verification.pending", "verification.pending"]);
  });

  it("hears of a cancellation, of too many wrong checks, and of an expiry when it comes", async () => {
    const sid = await start();
    await api.call("POST", `/v2/Services/${sandboxServiceSid}/Verifications/${sid}`, { Status: "canceled" });
    await start();
    for (let wrong = 0; wrong < 5; wrong += 1) await check("000000");
    const { body } = await api.start(sandboxServiceSid, { To: "ada@example.com", Channel: "email" });
    const pending = Array(3).fill("verification.pending");
    await heard().toEqual(["verification.canceled", "verification.max_attempts_reached", ...pending]);
    await advance("600");
    await heard("verification.expired").toEqual(["verification.expired"]);
    expect(events("verification.expired")).toMatchObject([{ data: { verification_sid: body.sid } }]);
  });

  it("hears of a second send in the window as of nothing new, and of each message that arrives", async () => {
    const sid = await start();
    await start();
    await check("123456");
    await heard().toEqual(["verification.approved", "verification.pending"]);
    await heard("attempt.").toEqual(["attempt.delivered", "attempt.delivered"]);
    const { body } = await api.call("GET", "/v2/Attempts");
    const ofSid = (attemptSid: string | undefined) => expect.objectContaining({ attempt_sid: attemptSid });
    expect(body.attempts).toHaveLength(2);
    for (const attempt of body.attempts ?? []) {
      expect(events("attempt.").map(({ data }) => data)).toContainEqual(ofSid(attempt.sid));
    }
    expect(events("attempt.")[0].data).toEqual({
      account_sid: sandboxAccount.accountSid,
      service_sid: sandboxServiceSid,
      verification_sid: sid,
      attempt_sid: expect.stringMatching(/^VL/),
      channel: "sms",
      error_code: null,
    });
  });

  it("hears of what comes by v1 as well", async () => {
    await v1ApiOf(sandbox.url).start({ phone_number: "202-555-0123" });
    await heard().toEqual(["verification.pending"]);
    await heard("attempt.").toEqual(["attempt.delivered"]);
  });

  it("is signed so that Standard Webhooks and Twilio's SDK take it, and nothing that was changed", async () => {
    await start();
    const [{ path, headers, text } = { path: "", headers: {}, text: "" }] = await receiver.until(1);
    const signed = headers as Record<string, string>;
    expect(new Webhook(secret).verify(text, signed)).toEqual(JSON.parse(text));
    expect(() => new Webhook(secret).verify(`${text} `, signed)).toThrow();
    const url = receiver.url + path;
    const signature = signed["x-twilio-signature"] ?? "";
    expect(url).toMatch(/\/events\?tenant=7&bodySHA256=[0-9a-f]{64}$/);
    expect(twilio.validateRequest(secret, signature, url, {})).toBe(true);
    expect(twilio.validateRequestWithBody(secret, signature, url, text)).toBe(true);
    expect(twilio.validateRequestWithBody(secret, signature, url, `${text} `)).toBe(false);
    expect(twilio.validateRequest(secret, signature, url.replace("tenant=7", "tenant=8"), {})).toBe(false);
  });

  it("is told neither recipient nor code", async () => {
    await start();
    await check("123456");
    for (const { text } of await receiver.until(3)) expect(text).not.toMatch(/2025550123|123456/);
  });
});

describe("the setting of the event webhook", () => {
  const url = "https://hooks.example.com/countersign";
  const read = (COUNTERSIGN_WEBHOOK_URL?: string, COUNTERSIGN_WEBHOOK_SECRET?: string) =>
    readEventWebhook({ COUNTERSIGN_WEBHOOK_URL, COUNTERSIGN_WEBHOOK_SECRET });

  it("is both or nothing", () => {
    expect(read()).toEqual({ eventWebhook: undefined, problems: [] });
    expect(read(url, secret)).toEqual({
      eventWebhook: { url, secret, isPrivate: false, schema: "countersign" },
      problems: [],
    });
    expect(read(url).problems).toEqual([expect.stringMatching(/^COUNTERSIGN_WEBHOOK_SECRET must be/)]);
    expect(read(undefined, secret).problems).toEqual([expect.stringMatching(/^COUNTERSIGN_WEBHOOK_URL must be/)]);
  });

  it("security 19: is https, and told wrong without its value", () => {
    for (const wrong of ["http://hooks.example.com/", "hooks", "https://ada:pass@hooks.example.com/", `${url}#a`]) {
      const { problems } = read(wrong, "whsec_short");
      expect(problems).toHaveLength(2);
      expect(problems.join()).not.toMatch(/ada|hooks|short/);
    }
  });
});
