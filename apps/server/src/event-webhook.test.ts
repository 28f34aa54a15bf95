import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Api, apiOf } from "../test-support/api.ts";
import { v1ApiOf } from "../test-support/v1-api.ts";
import { type Received, startReceiver, type WebhookReceiver } from "../test-support/webhook-receiver.ts";
import { readEventWebhook } from "./event-webhook-setting.ts";
import { sandboxAccount, sandboxServiceSid, startSandbox } from "./sandbox.ts";
import type { Running } from "./server.ts";

const secret = `whsec_${randomBytes(32).toString("base64")}`;
const To = "+12025550123";

let receiver: WebhookReceiver;
let sandbox: Running;
let api: Api;
beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox({ eventWebhook: { url: `${receiver.url}/events?tenant=7`, secret } });
  api = apiOf(sandbox.url);
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const typesOf = (received: Received[]) => received.map(({ text }) => JSON.parse(text).type).sort();
const start = async () => (await api.start(sandboxServiceSid, { To })).body.sid ?? "";
const check = (Code: string) => api.check(sandboxServiceSid, { To, Code });
const advance = (seconds: string) => api.call("POST", "/sandbox/clock", { Seconds: seconds });

describe("the event webhook", () => {
  it("hears of a start and its approval, and of no expiry after that", async () => {
    const sid = await start();
    await check("000000");
    await check("123456");
    const received = await receiver.until(2);
    await advance("700");
    await start();
    expect(typesOf(await receiver.until(3))).toEqual([
      "verification.approved",
      "verification.pending",
      "verification.pending",
    ]);
    const pending = received.find(({ text }) => text.includes("verification.pending"));
    expect(JSON.parse(pending?.text ?? "")).toEqual({
      type: "verification.pending",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      data: {
        account_sid: sandboxAccount.accountSid,
        service_sid: sandboxServiceSid,
        verification_sid: sid,
        channel: "sms",
      },
    });
  });

  it("hears of a cancellation, of too many wrong checks, and of an expiry when it comes", async () => {
    const sid = await start();
    await api.call("POST", `/v2/Services/${sandboxServiceSid}/Verifications/${sid}`, { Status: "canceled" });
    await receiver.until(2);
    await start();
    for (let wrong = 0; wrong < 5; wrong += 1) await check("000000");
    await receiver.until(4);
    const { body } = await api.start(sandboxServiceSid, { To: "ada@example.com", Channel: "email" });
    await receiver.until(5);
    await advance("600");
    const received = await receiver.until(6);
    expect(typesOf(received)).toEqual([
      "verification.canceled",
      "verification.expired",
      "verification.max_attempts_reached",
      "verification.pending",
      "verification.pending",
      "verification.pending",
    ]);
    const expired = JSON.parse(received.at(-1)?.text ?? "");
    expect(expired).toMatchObject({ type: "verification.expired", data: { verification_sid: body.sid } });
  });

  it("hears of a second send in the window as of nothing new", async () => {
    await start();
    await start();
    await check("123456");
    expect(typesOf(await receiver.until(2))).toEqual(["verification.approved", "verification.pending"]);
  });

  it("hears of what comes by v1 as well", async () => {
    await v1ApiOf(sandbox.url).start({ phone_number: "202-555-0123" });
    expect(typesOf(await receiver.until(1))).toEqual(["verification.pending"]);
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
    for (const { text } of await receiver.until(2)) expect(text).not.toMatch(/2025550123|123456/);
  });
});

describe("the setting of the event webhook", () => {
  const url = "https://hooks.example.com/countersign";
  const read = (COUNTERSIGN_WEBHOOK_URL?: string, COUNTERSIGN_WEBHOOK_SECRET?: string) =>
    readEventWebhook({ COUNTERSIGN_WEBHOOK_URL, COUNTERSIGN_WEBHOOK_SECRET });

  it("is both or nothing", () => {
    expect(read()).toEqual({ eventWebhook: undefined, problems: [] });
    expect(read(url, secret)).toEqual({ eventWebhook: { url, secret }, problems: [] });
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
