import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Mock, startMock } from "./index.ts";
import { exchange } from "./wire.ts";

const target = "/v2/Services/VA00000000000000000000000000000001/Verifications";
const authorization = `Authorization: Basic ${btoa("AC1:token")}\r\n`;
const body = "To=%2B12025550123&Channel=sms";
let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});
afterEach(async () => {
  const { statuses } = await exchange(mock.port, post(body, "Connection: close\r\n"));
  expect(statuses).toEqual([201]);
});
afterAll(() => mock.close());

describe("on the wire", () => {
  it("answers pipelined requests in their order", async () => {
    const list = `GET /v2/Services HTTP/1.1\r\nHost: a\r\n${authorization}\r\n`;
    const { statuses } = await exchange(mock.port, post(body) + list + post("") + post(body, "Connection: close\r\n"));
    expect(statuses).toEqual([201, 200, 400, 201]);
  });

  it("answers a request before it refuses the garbage behind it", async () => {
    const { statuses, text } = await exchange(mock.port, `${post(body)}\x00\x01garbage\r\n\r\n`);
    expect(statuses).toEqual([201, 400]);
    expect(lastBody(text)).toMatchObject({ code: 60200, status: 400 });
  });

  it.each([
    ["no HTTP", "hello\r\n\r\n", 400],
    ["a TLS greeting", "\x16\x03\x01\x02\x00\x01", 400],
    ["an unknown version", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 400],
    ["a header that is none", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400],
    ["a header over 16 KiB", `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["an address over 16 KiB", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
    ["an address of bytes beyond ASCII", "GET /v2/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["two lengths", `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    ["a chunk that is none", `POST ${target} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n", 405],
  ])("refuses %s in the API's shape and closes the connection", async (_, bytes, status) => {
    const { statuses, text } = await exchange(mock.port, Buffer.from(bytes, "latin1"));
    expect(statuses).toEqual([status]);
    expect(lastBody(text)).toMatchObject({ code: expect.any(Number), more_info: expect.any(String), status });
    expect(text).toMatch(/^access-control-allow-origin: \*\r$/m);
  });

  it.each([
    ["an absolute address", `GET http://other.example/v2/Services HTTP/1.1\r\nHost: a\r\n${authorization}`, 200],
    ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n", 204],
    ["HTTP/1.0", `GET /v2/Services HTTP/1.0\r\n${authorization}`, 200],
    ["an upgrade", `GET /v2/Services HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n${authorization}`, 200],
    ["a host that is none", `GET /v2/Services HTTP/1.1\r\nHost: "><script>\r\n${authorization}`, 200],
    ["a header called __proto__", `GET /v2/Services HTTP/1.1\r\nHost: a\r\n__proto__: x\r\n${authorization}`, 200],
    ["TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n", 404],
  ])("answers %s", async (_, head, status) => {
    const { statuses } = await exchange(mock.port, Buffer.from(`${head}Connection: close\r\n\r\n`, "latin1"));
    expect(statuses).toEqual([status]);
  });

  it.each(['"><script>', "127.0.0.1:99999", "[:::]"])(
    "puts no host that is none into its addresses: %s",
    async (host) => {
      const head = `GET /v2/Services HTTP/1.1\r\nHost: ${host}\r\n${authorization}`;
      const { text } = await exchange(mock.port, Buffer.from(`${head}Connection: close\r\n\r\n`));
      expect(lastBody(text)).toHaveProperty("meta.url", `${mock.url}/v2/Services?PageSize=1&Page=0`);
    },
  );

  it("outlives clients that leave in the middle", async () => {
    const head = `POST ${target} HTTP/1.1\r\nHost: a\r\n${authorization}`;
    const cuts = [
      "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
      head,
      `${head}Content-Length: 100\r\n\r\nTo=`,
      post(body),
      `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nTo`,
    ];
    await Promise.all(cuts.flatMap((bytes) => [1, 2, 3].map(() => exchange(mock.port, bytes, { cut: true }))));
  });

  it("gives a client with a large body the time to send it before it refuses", async () => {
    const { statuses } = await exchange(mock.port, post("x".repeat(2_000_000), "Connection: close\r\n"));
    expect(statuses).toEqual([413]);
  });
});

function post(content: string, headers = ""): string {
  const type = "Content-Type: application/x-www-form-urlencoded\r\n";
  const length = `Content-Length: ${Buffer.byteLength(content)}\r\n`;
  return `POST ${target} HTTP/1.1\r\nHost: a\r\n${authorization}${type}${length}${headers}\r\n${content}`;
}

function lastBody(text: string): unknown {
  return JSON.parse(text.slice(text.lastIndexOf("\r\n\r\n") + 4));
}
