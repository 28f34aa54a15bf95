import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSqlite } from "../../../../test-support/databases.ts";
import { type GatewayServer, startGatewayServer } from "../../../../test-support/gateway-server.ts";
import { outgoing } from "../../../../test-support/outgoing.ts";
import {
  type ProductionServer,
  receiptsBase,
  receiptsPath,
  startProduction,
} from "../../../../test-support/production.ts";
import { doubles } from "../../../../test-support/providers/all.ts";
import {
  answerAs,
  basicOf,
  type Double,
  faults,
  fieldsOf,
  type Receipt,
  unreachable,
} from "../../../../test-support/providers/double.ts";
import { twilioCall } from "../../../../test-support/providers/twilio.ts";
import { vonageSms } from "../../../../test-support/providers/vonage.ts";
import { type Locale, messageTexts } from "../../../kernel/locale.ts";
import type { ChannelUrl } from "../../channel-urls.ts";
import type { Provider } from "../../routing.ts";
import { openGatewayProvider } from "./gateway.ts";
import { recipes } from "./recipes.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-recipes-"));
let gateway: GatewayServer;
let server: ProductionServer;
/** Which of them carries what is sent. */
let current: Provider;
let isBusy = false;
/** It moves by hand, so that a message is tried again without waiting. */
let now = Date.now();
let people = 0;

beforeAll(async () => {
  gateway = await startGatewayServer();
  const databaseUrl = `sqlite:${join(folder, "countersign.db")}`;
  await createSqlite(join(folder, "countersign.db"));
  current = openGatewayProvider(urlOf(twilioCall), { channel: "call" });
  const provider: Provider = {
    get name() {
      return current.name;
    },
    deliver: (message, content) => current.deliver(message, content),
    probe: () => current.probe(),
    close: () => current.close(),
  };
  const route = { provider, prefixes: [] };
  server = await startProduction({
    databaseUrl,
    secret: randomBytes(32).toString("base64url"),
    isHeld: true,
    clock: () => now,
    routes: new Map([["sms", [route]] as const, ["call", [route]] as const]),
    channels: doubles.map((double): ChannelUrl => ({ channel: double.channel, url: urlOf(double), prefixes: [] })),
  });
});
afterAll(async () => {
  await server.close();
  await gateway.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  isBusy = false;
  await current.close();
});

test("there is a double of every provider that is known by name, on every channel that it carries", () => {
  const known = Object.entries(recipes).flatMap(([name, channels]) =>
    Object.keys(channels).map((each) => `${name} ${each}`),
  );
  expect(doubles.map(({ preset, channel }) => `${preset} ${channel}`).sort()).toEqual(known.sort());
});

describe.each(doubles.map((double) => [`${double.preset}, ${double.channel}`, double] as const))("%s", (_, double) => {
  test("gets the message as it wants it, and what it tells of it then is in the Attempts log", async () => {
    open(double);
    const { code, receiptUrl } = await send(double);
    expect(await attempt()).toEqual({ status: "sent", error: null });
    expect(await post(double, receiptUrl, "under way")).toBe(204);
    expect(await attempt()).toEqual({ status: "sent", error: null });
    expect(await post(double, receiptUrl, "delivered")).toBe(204);
    expect(await post(double, receiptUrl, "failed"), "the first end stays").toBe(204);
    expect(await attempt()).toEqual({ status: "delivered", error: null });
    expect(receiptUrl).not.toContain(code);

    const other = await send(double);
    expect(await post(double, other.receiptUrl, "failed")).toBe(204);
    expect(await attempt()).toEqual({ status: double.failedAs, error: double.errors.failed });
  });

  test("that reaches nobody at a number fails the attempt at once, with its own error", async () => {
    open(double);
    await start(double, unreachable);
    await server.deliver();
    expect(await attempt()).toEqual({ status: "failed", error: double.errors.refused });
  });

  test("that is busy gets the message again later", async () => {
    open(double);
    isBusy = true;
    expect(await current.deliver(...message(double))).toMatchObject({
      status: "retry",
      errorCode: double.errors.limited,
    });
    await start(double);
    await server.deliver();
    isBusy = false;
    now += 5_000;
    await server.deliver();
    expect(await attempt()).toEqual({ status: "sent", error: null });
    expect(faults).toEqual([]);
  });

  test("whose credentials are wrong leaves the message to others, and its probe says so", async () => {
    open(double);
    await current.probe();
    await current.close();
    open({ ...double, ...double.wrong });
    expect(await current.deliver(...message(double))).toEqual({ status: "retry", errorCode: double.errors.denied });
    await expect(current.probe()).rejects.toThrow(new RegExp(`^${double.preset} refuses the credentials: 401$`));
    expect(faults).toEqual([]);
  });
});

describe("a receipt", () => {
  test("under an address that nobody was told, or in a shape that says nothing, changes nothing", async () => {
    open(vonageSms);
    const { receiptUrl } = await send(vonageSms);
    const wrong = receiptUrl.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    expect(await post(vonageSms, wrong, "failed")).toBe(404);
    expect(await say(receiptUrl, { body: "{" })).toBe(204);
    expect(await say(receiptUrl, { body: '{"status":{"status":"failed"}}' })).toBe(204);
    expect(await say(receiptUrl, { body: "x".repeat(17_000) })).toBe(413);
    expect(await attempt()).toEqual({ status: "sent", error: null });
    expect(await say(receiptUrl, { body: '{"status":"rejected","err-code":"a b"}' }), "as JSON, too").toBe(204);
    expect(await attempt()).toEqual({ status: "failed", error: "rejected" });
  });

  test("in whose places stands what is no text and no number says nothing, and is no fault of the server", async () => {
    const deep = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`);
    const odd = [
      { toString: 1 },
      { valueOf: 1, toString: null },
      ["delivered"],
      [["DELIVERED"]],
      [],
      {},
      null,
      true,
      deep,
    ];
    for (const double of doubles) {
      open(double);
      const { receiptUrl } = await send(double);
      const { status = "", errors = [] } = recipes[double.preset]?.[double.channel]?.receipt ?? {};
      const { headers } = double.receipt("delivered", receiptUrl);
      const bodies = odd.flatMap((value) => [
        JSON.stringify(value),
        ...[status, ...errors].map((path) => JSON.stringify(placed(path, value))),
      ]);
      const forms = [`${status}[]=delivered`, "__proto__=1&constructor=2", `${status}=%ff%00&${status}=a`, "=&&=", ""];
      const answers = new Set<number>();
      for (const body of [...bodies, ...forms])
        answers.add(await say(receiptUrl, { ...(headers && { headers }), body }));
      expect(
        [...answers].filter((each) => each !== 204 && each !== 404),
        double.preset,
      ).toEqual([]);
      expect(await attempt(), double.preset).toEqual({ status: "sent", error: null });
    }
  });

  test.each(
    doubles
      .filter(({ preset }) => preset === "twilio" || preset === "telnyx")
      .map((each) => [each.preset, each] as const),
  )("of a provider that signs them is heard under its signature alone: %s", async (_, double) => {
    open(double);
    const { receiptUrl } = await send(double);
    const { headers = {}, body = "" } = double.receipt("delivered", receiptUrl);
    const unsigned = { "content-type": headers["content-type"] ?? "" };
    expect(await say(receiptUrl, { headers: unsigned, body })).toBe(404);
    expect(
      await say(receiptUrl, { headers, body: body.replace("delivered", "failed").replace("completed", "failed") }),
    ).toBe(404);
    expect(await attempt()).toMatchObject({ status: "sent" });
    expect(await say(receiptUrl, { headers, body })).toBe(204);
    expect(await attempt()).toMatchObject({ status: "delivered" });
  });
});

test("a call by Twilio asks for a key, reads out the code to nobody but Twilio, and hangs up once nothing waits for it", async () => {
  open(twilioCall);
  const { text, code } = await send(twilioCall, true);
  expect(text).not.toContain([...code].join(", "));
  const action = /action="([^"]+)"/.exec(text)?.[1] ?? "";
  const fields = { CallSid: `CA${"1".repeat(32)}`, Digits: "1" };
  const ask = async (signature: string, url = action) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature };
    const body = new URLSearchParams(fields).toString();
    const response = await fetch(here(url), { method: "POST", headers, body });
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  expect(await ask("")).toEqual([404, null, ""]);
  const [status, type, document] = await ask(getExpectedTwilioSignature("twilio-token", action, fields));
  expect([status, type]).toEqual([200, "text/xml; charset=utf-8"]);
  expect(document).toContain(`<Say language="en-US" loop="2">`);
  expect(document).toContain([...code].join(", "));

  const askNow = (url: string) => ask(getExpectedTwilioSignature("twilio-token", url, fields), url);
  const goodbye = [200, type, "<Response><Hangup/></Response>"];
  const { service_sid, verification_sid } = await latest();
  await server.api.call("POST", `/v2/Services/${service_sid}/Verifications/${verification_sid}`, {
    Status: "canceled",
  });
  expect(await askNow(action), "it was canceled").toEqual(goodbye);
  const later = await send(twilioCall, true);
  const next = /action="([^"]+)"/.exec(later.text)?.[1] ?? "";
  expect((await askNow(next))[2]).toContain([...later.code].join(", "));
  await server.api.call("DELETE", `/v2/Services/${(await latest()).service_sid}`);
  expect(await askNow(next), "its service was deleted").toEqual(goodbye);
});

test("a call that nothing can wait for a key in is left to others", async () => {
  for (const double of doubles.filter(({ channel }) => channel === "call")) {
    current = openGatewayProvider(urlOf(double), { channel: "call", ca: gateway.ca });
    const [told, content] = message(double);
    const speech = { language: "en" as const, pressKey: "Press a key.", text: "1, 2" };
    expect(await current.deliver(told, { ...content, speech })).toEqual({ status: "retry", errorCode: "no_key_input" });
    await current.close();
  }
});

test("an API key of Twilio speaks for its account, and its calls cannot wait for a key, since nobody signs for it", async () => {
  const account = `AC${"0".repeat(31)}7`;
  const key = `SK${"0".repeat(31)}1`;
  const query = `${twilioCall.query}&account=${account}`;
  open({ ...twilioCall, user: `${key}:key@`, query, authorization: basicOf(`${key}:key`) });
  const [told, content] = message(twilioCall);
  expect(await current.deliver(told, content)).toMatchObject({ status: "sent" });
  const speech = { language: "en" as const, pressKey: "Press a key.", text: "1, 2" };
  expect(await current.deliver(told, { ...content, speech })).toEqual({ status: "retry", errorCode: "no_key_input" });
  await current.probe();
  expect(faults).toEqual([]);
});

test("a call by Twilio is in a language that it speaks, or is left to others", async () => {
  open(twilioCall);
  const [told, content] = message(twilioCall);
  const speak = async (language: Locale, more = {}) => {
    gateway.posted.length = 0;
    const delivered = await current.deliver(told, {
      ...content,
      speech: { language, pressKey: null, text: "1" },
      ...more,
    });
    const twiml = new URLSearchParams(gateway.posted[0]?.text).get("Twiml") ?? "";
    return { delivered, language: /language="([^"]+)"/.exec(twiml)?.[1] };
  };
  const types = readFileSync(createRequire(import.meta.url).resolve("twilio/lib/twiml/VoiceResponse.d.ts"), "utf8");
  const spoken = /type SayLanguage = ([^;]+);/.exec(types)?.[1] ?? "";
  for (const locale of Object.keys(messageTexts) as Locale[]) {
    const { delivered, language } = await speak(locale);
    if (language === undefined) expect(delivered).toEqual({ status: "retry", errorCode: "no_voice" });
    else expect(spoken).toContain(`"${language}"`);
  }
  const named = await speak("lt", { ttsName: "Google.lt-LT-Standard-A" });
  expect(named).toEqual({ delivered: expect.objectContaining({ status: "sent" }), language: "lt-LT" });
});

test("a key that may send and not look is none that is refused, where there are such keys", async () => {
  for (const double of doubles) {
    open(double);
    gateway.answers.push((response) => void response.writeHead(403).end());
    const asked = current.probe();
    if (double.preset === "infobip") await asked;
    else await expect(asked).rejects.toThrow("refuses the credentials: 403");
    await current.close();
  }
});

test("every provider has a name to be known by, without a secret", () => {
  for (const double of doubles) {
    open(double);
    expect(current.name).toBe(`${double.preset} ${urlOf(double).host}`);
  }
});

function urlOf({ user = "", query }: Pick<Double, "user" | "query">): URL {
  return new URL(
    `https://${user}${new URL(gateway.url).host}/?${query.replace(/(?<==)[^&]*\+[^&]*/g, encodeURIComponent)}`,
  );
}

function open(double: Double): void {
  gateway.otherwise = answerAs(double, () => isBusy);
  current = openGatewayProvider(urlOf(double), { channel: double.channel, ca: gateway.ca, addresses: server.receipts });
}

const message = ({ channel }: Double) => outgoing(now, { channel });

async function start({ channel }: Double, to?: string, asksForKey = false): Promise<void> {
  people += 1;
  const To = to ?? `+1415555${2000 + people}`;
  const serviceSid = await server.api.createService({ DtmfInputRequired: String(asksForKey) });
  expect((await server.api.start(serviceSid, { To, Channel: channel })).status).toBe(201);
}

/** Sends one, and tells what the provider got. */
async function send(double: Double, asksForKey = false) {
  gateway.posted.length = 0;
  await start(double, undefined, asksForKey);
  await server.deliver();
  expect(faults).toEqual([]);
  const { headers, text } = gateway.posted[0] ?? { headers: {}, text: "" };
  const got = double.read(fieldsOf(double, headers["content-type"], text) as never);
  const { to, code } = server.sent.at(-1) ?? { to: "", code: "" };
  expect(`+${got.to.replace("+", "")}`).toBe(to);
  if (!asksForKey) expect(got.text.replaceAll(", ", "")).toContain(code);
  expect(got.receiptUrl.startsWith(`${receiptsBase}/`)).toBe(true);
  return { ...got, code };
}

async function latest(): Promise<Record<string, unknown>> {
  return { ...(await server.api.call("GET", "/v2/Attempts?PageSize=1")).body.attempts?.[0] };
}

/** What the log says of the latest one; that of a call has words of its own. */
async function attempt() {
  const data: Record<string, unknown> = { ...((await latest()).channel_data as object) };
  return { status: data.message_status ?? ofCalls.get(String(data.call_status)), error: data.error_code };
}

const ofCalls = new Map<string, string>([
  ...[["in-progress", "sent"] as const, ["completed", "delivered"] as const],
  ...[["no-answer", "undelivered"] as const, ["failed", "failed"] as const],
]);

const here = (url: string) => url.replace(receiptsBase, server.url + receiptsPath);

async function say(url: string, { method, query, headers = {}, body }: Receipt): Promise<number> {
  const address = query ? `${here(url)}?${new URLSearchParams(query)}` : here(url);
  const response = await fetch(address, { method: method ?? "POST", headers, ...(body !== undefined && { body }) });
  return response.status;
}

/** What has a value at a place, which is keys and positions. */
const placed = (path: string, value: unknown): unknown =>
  path.split(".").reduceRight((inner, key) => (/^\d+$/.test(key) ? [inner] : { [key]: inner }), value);

const post = (double: Double, url: string, outcome: Parameters<Double["receipt"]>[0]) =>
  say(url, double.receipt(outcome, url));
