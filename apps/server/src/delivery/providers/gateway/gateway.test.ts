import { connect } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GatewayServer, startGatewayServer } from "../../../../test-support/gateway-server.ts";
import { outgoing } from "../../../../test-support/outgoing.ts";
import type { Provider } from "../../routing.ts";
import { openGatewayProvider } from "./gateway.ts";

const secret = `whsec_${Buffer.from("a key as long as it has to be").toString("base64")}`;
const otherSecret = `whsec_${Buffer.from("another key, long enough").toString("base64")}`;
const [message, content] = outgoing(0);

let server: GatewayServer;
let provider: Provider;

function open(query = `?secret=${encodeURIComponent(secret)}`, timeoutMs = 5_000): Provider {
  return openGatewayProvider(new URL(`/messages${query}`, server.url), { channel: "sms", ca: server.ca, timeoutMs });
}

beforeAll(async () => {
  server = await startGatewayServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.posted.length = 0;
  server.answers.length = 0;
  provider = open();
});
afterEach(() => provider.close());

describe("a gateway", () => {
  it("gets one JSON message, under a signature that Standard Webhooks takes", async () => {
    server.answers.push((response) => void response.writeHead(202).end('{"id":"m-1"}'));
    expect(await provider.deliver(message, content)).toEqual({ status: "sent" });
    const [{ path, headers, text } = { path: "", headers: {}, text: "" }] = server.posted;
    expect(server.posted).toHaveLength(1);
    expect(path).toBe("/messages");
    expect(headers).toMatchObject({ "webhook-id": message.attemptSid, "idempotency-key": message.attemptSid });
    expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual({
      to: "+12025550123",
      channel: "sms",
      text: "Your Acme verification code is: 123456",
      locale: "en",
      attempt_sid: message.attemptSid,
      idempotency_key: message.attemptSid,
    });
  });

  it("that rotates its secret accepts the old and the new one, and no other", async () => {
    const rotating = open(`?secret=${encodeURIComponent(secret)}&secret=${encodeURIComponent(otherSecret)}&tenant=7`);
    await rotating.deliver(message, content);
    await rotating.close();
    const { path = "", headers, text = "" } = server.posted[0] ?? {};
    expect(path).toBe("/messages?tenant=7");
    for (const each of [secret, otherSecret]) new Webhook(each).verify(text, headers as Record<string, string>);
    const stranger = new Webhook(Buffer.alloc(32, 9).toString("base64"));
    expect(() => stranger.verify(text, headers as Record<string, string>)).toThrow();
  });

  it("gets an address for its receipts, which then name the attempt", async () => {
    const callbackUrl = "https://verify.example.com/gateway/receipts";
    const url = new URL(`/messages?secret=${encodeURIComponent(secret)}`, server.url);
    const withReceipts = openGatewayProvider(url, { channel: "sms", ca: server.ca, callbackUrl });
    expect(await withReceipts.deliver(message, content)).toEqual({ status: "sent", reference: message.attemptSid });
    await withReceipts.close();
    expect(JSON.parse(server.posted[0]?.text ?? "")).toMatchObject({ callback_url: callbackUrl });
  });

  it("gets what is said in a call, by which voice, and whom a WhatsApp message comes from", async () => {
    const speech = { language: "en" as const, pressKey: null, text: "1, 2, 3" };
    await provider.deliver(message, { ...content, channel: "call", speech, sendDigits: "12", ttsName: "Polly.Joanna" });
    expect(JSON.parse(server.posted[0]?.text ?? "")).toMatchObject({
      ...{ channel: "call", speech, send_digits: "12", tts_name: "Polly.Joanna" },
    });
    const from = "whatsapp:+12025550190";
    await provider.deliver(message, { ...content, channel: "whatsapp", from, messagingServiceSid: "MG1" });
    expect(JSON.parse(server.posted[1]?.text ?? "")).toMatchObject({ from, messaging_service_sid: "MG1" });
  });

  it("gets user and password of its address, or a token, and never in the address", async () => {
    const url = new URL(server.url);
    [url.username, url.password] = ["ada", "p%C3%A4ss"];
    url.search = `?secret=${encodeURIComponent(secret)}`;
    const withUser = openGatewayProvider(url, { channel: "sms", ca: server.ca });
    await withUser.deliver(message, content);
    expect(server.posted[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ada:päss").toString("base64")}`);
    expect(withUser.name).toBe(`gateway ${url.host}`);
    await withUser.close();
    const withToken = open(`?token=abc&secret=${encodeURIComponent(secret)}`);
    await withToken.deliver(message, content);
    await withToken.close();
    expect(server.posted[1]).toMatchObject({ path: "/messages", headers: { authorization: "Bearer abc" } });
  });
});

describe("a gateway that does not take a message", () => {
  it.each([500, 502, 503, 429, 408, 401, 403, 404, 307])(
    "by %i leaves it for later, or for another",
    async (status) => {
      server.answers.push((response) => void response.writeHead(status, { location: `${server.url}/other` }).end());
      expect(await provider.deliver(message, content)).toEqual({ status: "retry", errorCode: `http_${status}` });
      expect(server.posted).toHaveLength(1);
    },
  );

  it.each([400, 402, 410, 422])("by %i ends it", async (status) => {
    server.answers.push((response) => void response.writeHead(status).end('{"code":"no_such_number"}'));
    expect(await provider.deliver(message, content)).toEqual({ status: "failed", errorCode: "no_such_number" });
  });

  it("may say when to come back, in seconds or by a date", async () => {
    const now = Date.parse("2026-03-02T09:30:00Z");
    const url = new URL(`?secret=${encodeURIComponent(secret)}`, server.url);
    const dated = openGatewayProvider(url, { channel: "sms", ca: server.ca, clock: () => now });
    const said = ["17", "Mon, 02 Mar 2026 09:31:00 GMT", "Mon, 02 Mar 2026 09:00:00 GMT", "999999999"];
    for (const value of said) {
      server.answers.push((response) => void response.writeHead(429, { "retry-after": value }).end());
    }
    const waits = [];
    for (const _ of said) waits.push(await dated.deliver(message, content));
    expect(waits.map((each) => "retryAfterSeconds" in each && each.retryAfterSeconds)).toEqual([17, 60, 0, 86_400]);
    server.answers.push((response) => void response.writeHead(503, { "retry-after": "soon" }).end());
    expect(await dated.deliver(message, content)).toEqual({ status: "retry", errorCode: "http_503" });
    await dated.close();
  });

  it("in time is given up", async () => {
    const hasty = open(undefined, 100);
    server.answers.push(() => {});
    expect(await hasty.deliver(message, content)).toEqual({ status: "retry", errorCode: "timeout" });
    await hasty.close();
  });

  it("but garbage, or breaks off, is tried again", async () => {
    server.answers.push(
      (response) => void response.socket?.end("\u0000garbage\r\n\r\n"),
      (response) => void response.socket?.destroy(),
    );
    const results = [await provider.deliver(message, content), await provider.deliver(message, content)];
    expect(results.map(({ status }) => status)).toEqual(["retry", "retry"]);
    expect(results.map((each) => "errorCode" in each && each.errorCode)).toEqual([
      "HPE_INVALID_CONSTANT",
      "ECONNRESET",
    ]);
  });

  it("and echoes recipient or code has neither stored", async () => {
    for (const code of ["123456", "+12025550123", "x12025550123", "a text", "y".repeat(500), { a: 1 }]) {
      server.answers.push((response) => void response.writeHead(422).end(JSON.stringify({ code })));
      expect(await provider.deliver(message, content)).toEqual({ status: "failed", errorCode: "http_422" });
    }
    server.answers.push((response) => void response.end('{"id":"12025550123"}'));
    expect(await provider.deliver(message, content)).toEqual({ status: "sent" });
  });

  it("is not trusted by a certificate that nobody vouches for", async () => {
    const url = new URL(`?secret=${encodeURIComponent(secret)}`, server.url);
    const strict = openGatewayProvider(url, { channel: "sms" });
    expect(await strict.deliver(message, content)).toMatchObject({ status: "retry" });
    await expect(strict.probe()).rejects.toThrow("the gateway does not answer by TLS: ");
    expect(server.posted).toHaveLength(0);
    await strict.close();
  });
});

describe("a gateway that took a message has taken it once", () => {
  const lies: [string, GatewayServer["answers"][number]][] = [
    [
      "announces more than it sends",
      (response) => void response.writeHead(200, { "content-length": 999 }).write("{", () => response.destroy()),
    ],
    [
      "announces less than it sends",
      (response) => void response.socket?.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}{}{}"),
    ],
    ["sends no JSON", (response) => void response.end("<html>")],
    [
      "sends bytes for JSON",
      (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(9, 255)),
    ],
    ["never ends its answer", (response) => void response.write("{")],
  ];

  it.each(lies)("when it %s", async (_, answer) => {
    const hasty = open(undefined, 1_000);
    server.answers.push(answer);
    expect(await hasty.deliver(message, content)).toEqual({ status: "sent" });
    expect(await hasty.deliver(message, { ...content, code: "654321" })).toEqual({ status: "sent" });
    expect(server.posted).toHaveLength(2);
    await hasty.close();
  });

  it("when it sends without end, of which 64 KiB are read", async () => {
    const patient = open(undefined, 600_000);
    server.answers.push(flood);
    expect(await patient.deliver(message, content)).toEqual({ status: "sent" });
    await patient.close();
  });

  it("whichever try it took: the key of all tries is one", async () => {
    server.answers.push(
      (response) => void response.writeHead(500).end(),
      (response) => void response.socket?.destroy(),
      (response) => void response.end(),
    );
    for (let tries = 0; tries < 5; tries += 1) {
      if ((await provider.deliver(message, content)).status === "sent") break;
    }
    const keys = server.posted.map(({ headers }) => headers["webhook-id"]);
    expect(keys).toEqual([message.attemptSid, message.attemptSid, message.attemptSid]);
  });

  it("and closing waits for it", async () => {
    const closing = open();
    server.answers.push((response) => void setImmediate(() => response.end()));
    const delivered = closing.deliver(message, content);
    await closing.close();
    expect(await delivered).toEqual({ status: "sent" });
  });
});

describe("the probe of a gateway", () => {
  it("tells whether it answers by TLS, and posts nothing", async () => {
    await provider.probe();
    expect(server.posted).toHaveLength(0);
    const port = await closedPort();
    const gone = openGatewayProvider(new URL(`https://localhost:${port}/?secret=${encodeURIComponent(secret)}`), {
      channel: "sms",
    });
    await expect(gone.probe()).rejects.toThrow("the gateway does not answer by TLS: ECONNREFUSED");
    await gone.close();
  });
});

function flood(response: Parameters<GatewayServer["answers"][number]>[0]): void {
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(16_384)));
  };
  response.on("drain", more);
  more();
}

/** The port of a connection's own end, on which nobody listens once it is closed. */
async function closedPort(): Promise<number> {
  const socket = connect(Number(new URL(server.url).port), "localhost");
  await new Promise((resolve) => socket.on("connect", resolve));
  const port = socket.localPort ?? 0;
  socket.destroy();
  return port;
}
