import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startReceiver, type WebhookReceiver } from "../../test-support/webhook-receiver.ts";
import { createWebhookSender, publicHttps } from "./sender.ts";

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer = (response) => void response.end();
});

const ofSandbox = { protocols: ["https:", "http:"], hasLoopback: true };
const inSandbox = createWebhookSender(ofSandbox);
const inProduction = createWebhookSender(publicHttps);
const to = (url: string) => ({ url, headers: { "content-type": "text/plain" }, body: "zoë" });

describe("security 19: a webhook", () => {
  it("is posted as it is, and the receiver's status is told", async () => {
    receiver.answer = (response) => void response.writeHead(202).end("thanks");
    expect(await inSandbox(to(`${receiver.url}/hook?a=1`))).toEqual({ status: 202 });
    expect(receiver.received).toMatchObject([
      { method: "POST", text: "zoë", headers: { "content-type": "text/plain", "content-length": "4" } },
    ]);
  });

  it("goes nowhere without TLS in production, nor by another protocol", async () => {
    for (const url of [receiver.url, "ftp://example.com/", "file:///etc/passwd", "no url"]) {
      expect(await inProduction(to(url)), url).toEqual({ error: "the address is not https" });
    }
    expect(receiver.received).toHaveLength(0);
  });

  it("does not follow a redirect", async () => {
    receiver.answer = (response) => void response.writeHead(307, { location: `${receiver.url}/other` }).end();
    expect(await inSandbox(to(receiver.url))).toEqual({ status: 307 });
    expect(receiver.received).toHaveLength(1);
  });

  const notPublic = [
    ...["10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "198.18.0.1"],
    ...[
      "::",
      "fe80::1",
      "fc00::1",
      "fec0::1",
      "::ffff:10.0.0.1",
      "64:ff9b::a00:1",
      "2002:a00:1::",
      "2001::1",
      "ff02::1",
    ],
  ];

  it.each(notPublic)("is not sent to %s, as an address or by a name, not even in the sandbox", async (address) => {
    const family = address.includes(":") ? 6 : 4;
    const host = family === 6 ? `[${address}]` : address;
    const resolve = async () => [{ address, family }];
    for (const reach of [ofSandbox, publicHttps]) {
      const byName = createWebhookSender({ ...reach, resolve });
      expect(await byName(to("https://hook.example.com/"))).toEqual({ error: "the address is not public" });
      expect(await byName(to(`https://${host}/`))).toEqual({ error: "the address is not public" });
    }
  });

  it.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
  ])("is sent to this machine by the sandbox alone: %s", async (url) => {
    expect(await inProduction(to(url))).toEqual({ error: "the address is not public" });
  });

  it("is sent to the address that was judged, so that a second look-up cannot change it", async () => {
    let looks = 0;
    const port = new URL(receiver.url).port;
    const send = createWebhookSender({
      ...ofSandbox,
      resolve: async () => {
        looks += 1;
        return [{ address: looks === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
      },
    });
    expect(await send(to(`http://hook.example.com:${port}/`))).toEqual({ status: 200 });
    expect(looks).toBe(1);
  });

  it("passes over the private addresses of a name that has public ones too", async () => {
    const port = new URL(receiver.url).port;
    const resolve = async () => [
      { address: "10.0.0.1", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const send = createWebhookSender({ ...ofSandbox, resolve });
    expect(await send(to(`http://hook.example.com:${port}/`))).toEqual({ status: 200 });
  });

  it("is given up when the receiver does not answer, or not to the end", async () => {
    const send = createWebhookSender({ ...ofSandbox, timeoutMs: 50 });
    receiver.answer = () => {};
    expect(await send(to(receiver.url))).toEqual({ error: "timed out" });
    receiver.answer = (response) => void response.write("a");
    expect(await send(to(receiver.url))).toEqual({ error: "timed out" });
  });

  it("reads 64 KiB of an answer that never ends", async () => {
    receiver.answer = (response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
      };
      response.on("drain", more);
      more();
    };
    expect(await inSandbox(to(receiver.url))).toEqual({ status: 200 });
  });

  it("tells why it did not arrive, and no address", async () => {
    const resolve = async () => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND secret.example.com"), { code: "ENOTFOUND" });
    };
    const send = createWebhookSender({ ...publicHttps, resolve });
    expect(await send(to("https://secret.example.com/"))).toEqual({ error: "ENOTFOUND" });
    expect(await inSandbox(to("http://127.0.0.1:1/"))).toEqual({ error: "ECONNREFUSED" });
  });
});
