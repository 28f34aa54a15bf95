import { Webhook } from "standardwebhooks";
import twilio from "twilio";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { databaseKindsOr } from "../../test-support/databases.ts";
import { describeOn, useSandbox } from "../../test-support/sandbox.ts";
import { departuresOfEvents } from "../../test-support/streamed-events.ts";
import { type Received, startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { sandboxServiceSid as serviceSid } from "./account.ts";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.end();
});
afterAll(() => receiver.close());

const To = "+14155552671";
const typeOf = ({ text }: Received) => [JSON.parse(text)].flat()[0].type as string;
const verify = "com.twilio.accountsecurity.verify";

describeOn(databaseKindsOr("SQLite"))(({ api }) => {
  const set = (fields: Record<string, string> = { Url: `${receiver.url}/events` }) =>
    api.call("POST", "/sandbox/webhook", fields);

  test("events go where they are to go from then on, signed twice with the secret that was told", async () => {
    await api.start(serviceSid, { To });
    const { status, body } = await set();
    const webhook = body as { url?: string; secret?: string };
    expect([status, webhook.url]).toEqual([200, `${receiver.url}/events`]);
    expect((await api.call("GET", "/sandbox/webhook")).body).toEqual(body);
    const [message] = await api.messages(To);
    await api.check(serviceSid, { To, Code: message?.code ?? "" });
    const [received] = (await receiver.until(1)) as [Received];
    const { text, headers, path } = received;
    expect(JSON.parse(text)).toMatchObject({
      type: "verification.approved",
      data: { service_sid: serviceSid, verification_sid: message?.verification_sid, channel: "sms" },
    });
    const secret = webhook.secret ?? "";
    new Webhook(secret).verify(text, headers as Record<string, string>);
    const signature = String(headers["x-twilio-signature"]);
    expect(twilio.validateRequestWithBody(secret, signature, receiver.url + path, text)).toBe(true);
    await api.call("POST", "/sandbox/reset");
  });

  test("each kind of event is told: of verifications, of messages, and what failed", async () => {
    await set();
    await api.start(serviceSid, { To });
    await api.call("POST", "/sandbox/faults", { FailingChannels: "sms" });
    await api.start(serviceSid, { To });
    await api.call("POST", "/sandbox/faults", { ReceiptDelaySeconds: "60" });
    await api.start(serviceSid, { To });
    const early = ["verification.pending", "attempt.delivered", "attempt.failed"];
    expect((await receiver.until(3)).map(typeOf).sort()).toEqual(early.sort());
    await api.call("POST", "/sandbox/clock", { Seconds: "60" });
    expect(typeOf((await receiver.until(4))[3] as Received)).toBe("attempt.delivered");
    await api.call("POST", "/sandbox/clock", { Seconds: "600" });
    const expired = (await receiver.until(5))[4] as Received;
    expect(typeOf(expired)).toBe("verification.expired");
    // The receiver's clock was not moved, and it takes no signature that is minutes off.
    expect(Math.abs(Number(expired.headers["webhook-timestamp"]) * 1000 - Date.now())).toBeLessThan(10_000);
    await api.call("POST", "/sandbox/reset");
  });

  test("a test event of each type is posted once, with the sid that was answered", async () => {
    await set();
    const types = [
      ...["pending", "approved", "canceled", "expired", "max_attempts_reached"].map((word) => `verification.${word}`),
      ...["attempt.delivered", "attempt.failed", "account.sprayed", "countersign.account.sprayed"],
      ...["pending", "approved", "canceled", "expired", "max_attempts_reached"].map(
        (word) => `${verify}.verification.${word}`,
      ),
      ...["sent", "delivered", "undelivered", "failed"].map((word) => `${verify}.attempt-dlr.${word}`),
    ];
    const sids = [];
    for (const Type of types) {
      const { status, body } = await api.call("POST", "/sandbox/webhook/test", { Type });
      expect(status).toBe(202);
      sids.push(body.sid);
    }
    const all = await receiver.until(types.length);
    expect(all.map(typeOf).sort()).toEqual([...types].sort());
    expect(all.map(({ headers }) => headers["webhook-id"]).sort()).toEqual(sids.sort());
    const streamed = all.filter(({ text }) => text.startsWith("["));
    expect(streamed).toHaveLength(10);
    expect(streamed.flatMap(departuresOfEvents)).toEqual([]);
    await api.call("POST", "/sandbox/reset");
  });

  test("what waits when the way of writing changes is written as it was to be", async () => {
    await set();
    await api.start(serviceSid, { To: "+14155552672" });
    await receiver.until(2);
    await set({ Url: `${receiver.url}/events`, Schema: "event-streams" });
    await api.call("POST", "/sandbox/clock", { Seconds: "600" });
    expect(JSON.parse((await receiver.until(3))[2]?.text ?? "")).toMatchObject({ type: "verification.expired" });
    await api.call("POST", "/sandbox/reset");
  });

  test("what was not taken is tried again by the clock, and so is what was not posted for a fault", async () => {
    await set();
    receiver.answer = (response) => void response.writeHead(500).end();
    await api.call("POST", "/sandbox/webhook/test", { Type: "verification.approved" });
    await receiver.until(1);
    receiver.answer = (response) => void response.end();
    await expect
      .poll(async () => {
        await api.call("POST", "/sandbox/clock", { Seconds: "15" });
        return receiver.received.length;
      })
      .toBe(2);
    await api.call("POST", "/sandbox/faults", { FailsWebhooks: "true" });
    await api.call("POST", "/sandbox/webhook/test", { Type: "verification.canceled" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(receiver.received.length).toBe(2);
    await api.call("DELETE", "/sandbox/faults");
    await api.call("POST", "/sandbox/clock", { Seconds: "15" });
    expect(typeOf((await receiver.until(3))[2] as Received)).toBe("verification.canceled");
    await api.call("POST", "/sandbox/reset");
  });
});

const sandbox = useSandbox();
const { call, start } = sandbox.api;

test("nobody is told at first, after it was deleted, and after a reset; there is nothing to test then", async () => {
  const isNone = async () => {
    expect((await call("GET", "/sandbox/webhook")).status).toBe(404);
    expect((await call("POST", "/sandbox/webhook/test", { Type: "account.sprayed" })).status).toBe(404);
  };
  await isNone();
  for (const [method, path] of [
    ["DELETE", "/sandbox/webhook"],
    ["POST", "/sandbox/reset"],
  ] as const) {
    await call("POST", "/sandbox/webhook", { Url: receiver.url });
    expect((await call(method, path)).status).toBe(204);
    await isNone();
    await start(serviceSid, { To });
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(receiver.received).toEqual([]);
});

test("says how events are written, as it was told", async () => {
  const set = async (fields: Record<string, string>) => {
    const { body } = await call("POST", "/sandbox/webhook", { Url: "http://localhost:1/", ...fields });
    return (body as { schema?: string }).schema;
  };
  expect(await set({})).toBe("countersign");
  expect(await set({ Schema: "event-streams" })).toBe("event-streams");
  expect((await call("GET", "/sandbox/webhook")).body).toMatchObject({ schema: "event-streams" });
});

test("a secret is made anew each time, unless there is one already", async () => {
  const secrets = new Set<string>();
  const own = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  for (const fields of [{}, {}, { Secret: own }]) {
    const { body } = await call("POST", "/sandbox/webhook", { Url: "http://localhost:1/", ...fields });
    secrets.add((body as { secret?: string }).secret ?? "");
  }
  expect(secrets.size).toBe(3);
  expect(secrets).toContain(own);
});

test.each([
  ["Url", "ftp://127.0.0.1/"],
  ["Url", "127.0.0.1:3000"],
  ["Url", "http://example.com/events"],
  ["Url", "http://10.0.0.1/events"],
  ["Url", "http://localhost.example.com/"],
  ["Url", "http://127.0.0.1.nip.io/"],
  ["Url", "http://user@127.0.0.1/"],
  ["Url", "https://example.com/#a"],
  ["Url", "https://"],
  ["Schema", "cloudevents"],
  ["Secret", "secret"],
  ["Secret", "whsec_AAAA"],
  ["Secret", `whsec_${Buffer.alloc(65).toString("base64")}`],
])("refuses by its name what cannot be: %s=%s", async (name, value) => {
  await call("DELETE", "/sandbox/webhook");
  const { status, body } = await call("POST", "/sandbox/webhook", { Url: "https://example.com/", [name]: value });
  expect([status, body.code, body.message]).toEqual([400, 60200, `Invalid parameter: ${name}`]);
  expect((await call("GET", "/sandbox/webhook")).status).toBe(404);
});

test.each(["http://localhost:3000/a?b=1", "http://app.localhost/", "http://[::1]:3000", "https://example.com/x"])(
  "takes %s",
  async (Url) => {
    expect((await call("POST", "/sandbox/webhook", { Url })).status).toBe(200);
  },
);

test("names what is missing, and a type that there is none of", async () => {
  expect((await call("POST", "/sandbox/webhook", {})).body.code).toBe(20001);
  expect((await call("POST", "/sandbox/webhook/test", {})).body.code).toBe(20001);
  const { body } = await call("POST", "/sandbox/webhook/test", { Type: "verification.sent" });
  expect([body.code, body.message]).toEqual([60200, "Invalid parameter: Type"]);
});
