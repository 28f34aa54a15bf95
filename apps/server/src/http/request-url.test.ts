import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { fakeApp, type Given, get } from "../../test-support/fake-app.ts";
import { createAddressReader } from "./request-url.ts";

async function addressOf(headers: Record<string, string>, publicUrl?: string): Promise<{ url: string; base: string }> {
  let address = { url: "", base: "" };
  const listServices = async ({ url, base }: Given) => {
    address = { url: url().href, base };
    return { ok: false, refusal: { code: 20429 } } as const;
  };
  const app = fakeApp({ listServices }, publicUrl === undefined ? {} : { publicUrl });
  await app.inject(get("/v2/Services?PageSize=2", headers));
  return address;
}

async function urlOf(headers: Record<string, string>, publicUrl?: string): Promise<string> {
  return (await addressOf(headers, publicUrl)).url;
}

test("addresses are under the public URL, whatever the request says", async () => {
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example" };
  expect(await urlOf(headers, "https://verify.example.com")).toBe("https://verify.example.com/v2/Services?PageSize=2");
  expect(await urlOf(headers, "https://example.com/verify/")).toBe("https://example.com/verify/v2/Services?PageSize=2");
});

test("without a public URL they are under the host of the request", async () => {
  expect(await urlOf({ host: "127.0.0.1:4010" })).toBe("http://127.0.0.1:4010/v2/Services?PageSize=2");
  expect(await urlOf({ host: "[::1]:4010" })).toBe("http://[::1]:4010/v2/Services?PageSize=2");
});

test("what addresses begin with has the path of the public URL, or the origin of the request, and no slash at the end", async () => {
  const headers = { host: "127.0.0.1:4010" };
  expect((await addressOf(headers, "https://example.com/verify/")).base).toBe("https://example.com/verify");
  expect((await addressOf(headers, "https://example.com")).base).toBe("https://example.com");
  expect((await addressOf(headers)).base).toBe("http://127.0.0.1:4010");
});

test("what proxies say is not heeded, since anybody can say it: where it would matter, the public URL is set", async () => {
  const said = {
    forwarded: "proto=https;host=evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-port": "8443",
    "x-forwarded-prefix": "/x",
    "x-forwarded-proto": "https",
  };
  const here = { host: "127.0.0.1:4010" };
  expect(await urlOf({ ...here, ...said })).toBe("http://127.0.0.1:4010/v2/Services?PageSize=2");
  expect(await urlOf({ ...here, ...said }, "https://a.example/b")).toBe("https://a.example/b/v2/Services?PageSize=2");
});

test.each(["a b", "a/b", "user@host", "a?b", "<script>", "host:99999", "::", "a".repeat(300), "%41"])(
  "a host that is none gets into no address: %s",
  async (host) => {
    expect(await urlOf({ host })).toMatch(/^http:\/\/(127\.0\.0\.1(:\d+)?|a{300})\/v2\/Services\?PageSize=2$/);
  },
);

test("a connection that says of itself to be plain, as Bun's do, is", () => {
  const addressOfSocket = (socket: object) =>
    createAddressReader(undefined)({ url: "/v2", headers: { host: "a.example" }, socket } as IncomingMessage).base;
  expect(addressOfSocket({})).toBe("http://a.example");
  expect(addressOfSocket({ encrypted: false })).toBe("http://a.example");
  expect(addressOfSocket({ encrypted: true })).toBe("https://a.example");
});

test("an address has no getter, with which each request would outlive its answer until old garbage is collected", () => {
  const address = createAddressReader("https://a.example")({} as IncomingMessage);
  expect(Object.values(Object.getOwnPropertyDescriptors(address)).every((each) => "value" in each)).toBe(true);
});
