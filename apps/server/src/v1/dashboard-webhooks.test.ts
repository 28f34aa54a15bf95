import { jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dashboardOf, type Parameters } from "../../test-support/dashboard.ts";
import { v1ApiOf } from "../../test-support/v1-api.ts";
import { type Received, startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Running } from "../server.ts";

let sandbox: Running;
let receiver: WebhookReceiver;
beforeEach(async () => {
  [sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const every = [
  "custom_message_not_allowed",
  "phone_verification_code_is_invalid",
  "phone_verification_code_is_valid",
  "phone_verification_failed",
  "phone_verification_not_found",
  "phone_verification_started",
  "too_many_code_verifications",
  "too_many_phone_verifications",
];

function webhook(events: string[], url = receiver.url): Parameters {
  return [["url", url], ["name", "verifications"], ...events.map((event): [string, string] => ["events[]", event])];
}

async function createWebhook(events: string[]): Promise<{ id: string; signing_key: string }> {
  const { status, text, body } = await dashboardOf(sandbox.url)("POST", "json/application/webhooks", webhook(events));
  expect(status, text).toBe(200);
  return body.webhook;
}

/** What a delivery says, if its signature is right. */
async function claimsOf({ text }: Received, signingKey: string) {
  const token = new URLSearchParams(text).get("body") ?? "";
  const { payload } = await jwtVerify(token, new TextEncoder().encode(signingKey), { algorithms: ["HS256"] });
  return payload as typeof payload & { event: string; objects: Record<string, object>; request: object; time: string };
}

describe("a webhook", () => {
  it("hears of an event by POST, in a JWT under its own signing key", async () => {
    const { signing_key: key } = await createWebhook(["phone_verification_started"]);
    const { body } = await v1ApiOf(sandbox.url).start({ phone_number: "202-555-0123", locale: "es" });
    const [delivery] = await receiver.until(1);

    expect(delivery).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const claims = await claimsOf(delivery as Received, key);
    expect(claims).toEqual({
      event: "phone_verification_started",
      objects: {
        app: {
          s_account_sid: "AC00000000000000000000000000000001",
          s_device_app: null,
          s_id: "11111",
          s_type: "full",
        },
        phone_verification: {
          i_code_length: 4,
          s_country_code: "1",
          s_id: body.uuid,
          s_line_type: "mobile",
          s_locale: "es",
          s_mccmnc: expect.stringMatching(/^\d{5,6}$/),
          s_phone_number: "202-555-0123",
          i_seconds_to_expire: 599,
          s_status: "pending",
          s_via: "sms",
        },
      },
      request: { id: expect.any(String), ip: "127.0.0.1" },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      iat: expect.any(Number),
      jti: expect.stringMatching(/^WD[0-9a-f]{32}$/),
    });
    await expect(claimsOf(delivery as Received, `${key}x`)).rejects.toThrow();
  });

  it("hears of every event that phone verifications have, and each once", async () => {
    const { signing_key: key } = await createWebhook(every);
    const { start, check, status } = v1ApiOf(sandbox.url);
    const [ada, bob] = [{ phone_number: "202-555-0123" }, { phone_number: "202-555-0124" }];
    await start({ ...ada, custom_message: "Hi" });
    await start({ ...ada, custom_code: "4321" });
    await check({ ...ada, verification_code: "1234" });
    await status({ uuid: "00000000-0000-0000-0000-000000000000" });
    await start(ada);
    for (let wrong = 0; wrong < 6; wrong += 1) await check({ ...ada, verification_code: "0000" });
    for (let send = 0; send < 6; send += 1) await start(bob);
    await check({ ...bob, verification_code: "1234" });

    const events = await Promise.all((await receiver.until(18)).map(async (each) => (await claimsOf(each, key)).event));
    const counts = Object.fromEntries(every.map((name) => [name, events.filter((event) => event === name).length]));
    expect(counts).toEqual({
      custom_message_not_allowed: 1,
      phone_verification_code_is_invalid: 5,
      phone_verification_code_is_valid: 1,
      phone_verification_failed: 1,
      phone_verification_not_found: 2,
      phone_verification_started: 6,
      too_many_code_verifications: 1,
      too_many_phone_verifications: 1,
    });
  });

  it("hears only of what it asked for, and nothing once it is deleted", async () => {
    const { id } = await createWebhook(["phone_verification_code_is_valid"]);
    const { start, check } = v1ApiOf(sandbox.url);
    await start({ phone_number: "202-555-0123" });
    await check({ phone_number: "202-555-0123", verification_code: "1234" });
    expect(await receiver.until(1)).toHaveLength(1);

    await dashboardOf(sandbox.url)("DELETE", `json/application/webhooks/${id}`);
    const { signing_key: key } = await createWebhook(["phone_verification_code_is_invalid"]);
    await start({ phone_number: "202-555-0124" });
    await check({ phone_number: "202-555-0124", verification_code: "1234" });
    await start({ phone_number: "202-555-0124" });
    await check({ phone_number: "202-555-0124", verification_code: "0000" });
    const deliveries = await receiver.until(2);
    expect((await claimsOf(deliveries[1] as Received, key)).event).toBe("phone_verification_code_is_invalid");
  });
});

describe("the webhooks of an application", () => {
  it("are created, listed and deleted, in JSON and in XML", async () => {
    const call = dashboardOf(sandbox.url);
    const created = await call("POST", "json/application/webhooks", webhook(["user_added", "user_added"]));
    expect(created.body).toEqual({
      webhook: {
        id: expect.stringMatching(/^WH_/),
        name: "verifications",
        account_sid: "AC00000000000000000000000000000001",
        service_id: "11111",
        url: receiver.url,
        signing_key: expect.stringMatching(/^WSK_[0-9a-f]{32}$/),
        events: ["user_added"],
        creation_date: expect.any(String),
      },
      message: "Webhook created",
      success: true,
    });
    const listed = await call("GET", "json/application/webhooks");
    expect(listed.body).toEqual({ webhooks: [created.body.webhook], message: "Webhooks", success: true });
    const { text } = await call("GET", "xml/application/webhooks");
    expect(text).toContain('<webhooks type="array">\n    <webhook>');
    expect(text).toContain('<events type="array">\n        <event>user_added</event>');

    const path = `application/webhooks/${created.body.webhook.id}`;
    expect((await call("DELETE", `xml/${path}`)).text).toContain("<message>Webhook deleted</message>");
    expect((await call("DELETE", `json/${path}`)).body).toMatchObject({
      error_code: "60004",
      message: "Invalid parameter: id - Webhook not found",
    });
    expect((await call("GET", "json/application/webhooks")).body.webhooks).toEqual([]);
  });

  it.each<[string, Parameters, string]>([
    [
      "no address",
      [
        ["name", "a"],
        ["events[]", "user_added"],
      ],
      "url - Parameter is required",
    ],
    ["an address of no protocol", webhook(["user_added"], "acme.example.com"), "url - Parameter must match format"],
    [
      "an address with a password",
      webhook(["user_added"], "https://a:b@acme.example.com/"),
      "url - Parameter must match",
    ],
    ["no events", webhook([], "https://acme.example.com/"), "events[] - Parameter is required"],
    [
      "an unknown event",
      webhook(["user_vanished"], "https://acme.example.com/"),
      "events[] - Parameter must be within",
    ],
    [
      "a blank name",
      [
        ["url", "https://acme.example.com/"],
        ["name", " "],
        ["events[]", "user_added"],
      ],
      "name - Parameter cannot be blank",
    ],
  ])("are refused with 60004 for %s", async (_, parameters, message) => {
    const { status, body } = await dashboardOf(sandbox.url)("POST", "json/application/webhooks", parameters);
    expect({ status, code: body.error_code }).toEqual({ status: 400, code: "60004" });
    expect(body.message).toContain(`Invalid parameter: ${message}`);
  });

  it("are 20 at most", async () => {
    const call = () => dashboardOf(sandbox.url)("POST", "json/application/webhooks", webhook(["user_added"]));
    const answers = await Promise.all(Array.from({ length: 21 }, call));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(({ body }) => body.message)).toEqual([
      "Invalid parameter: url - Application cannot have more than 20 webhooks",
    ]);
  });
});
