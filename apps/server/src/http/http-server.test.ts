import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { checkResponse } from "@countersign/contract/response";
import { afterEach, expect, test } from "vitest";
import { departuresOf, documented } from "../../test-support/documented.ts";
import { credentials, type FakeHandler, fakeApp, serviceSid } from "../../test-support/fake-app.ts";

const verifications = `/v2/Services/${serviceSid}/Verifications`;
const open: { close(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((app) => app.close())));

async function listen(handlers: Record<string, FakeHandler> = {}, options: Parameters<typeof fakeApp>[1] = {}) {
  const app = fakeApp(handlers, options);
  open.push(app);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { app, port };
}

/** Everything that the server sends until it closes the connection, or does not write any more. */
function until(socket: Socket, event: "close" | "end"): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on(event, () => resolve(text));
  });
}

function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1", () => socket.write(text, "latin1"));
  return until(socket, "close");
}

function parse(answer: string) {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const [line = "", ...headers] = head.split("\r\n");
  const pairs = headers.map((header) => [header.slice(0, header.indexOf(":")), header.slice(header.indexOf(":") + 2)]);
  return { status: Number(line.split(" ")[1]), headers: Object.fromEntries(pairs) as Record<string, string>, body };
}

function deferred<T>() {
  let [resolve, reject]: ((value: T) => void)[] = [];
  const promise = new Promise<T>((...callbacks) => {
    [resolve, reject] = callbacks;
  });
  return { promise, resolve: (value: T) => resolve?.(value), reject: (value: T) => reject?.(value) };
}

const head = (line: string, ...headers: string[]) =>
  `${[line, "Host: 127.0.0.1", `Authorization: ${credentials}`, ...headers].join("\r\n")}\r\n\r\n`;
const form = "Content-Type: application/x-www-form-urlencoded";

test.each([
  ["no HTTP at all", "\x16\x03\x01 garbage\r\n\r\n", "request"],
  ["an unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "request"],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", "request"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "request"],
  ["no host", "GET / HTTP/1.1\r\n\r\n", "Host"],
  ["two hosts", "GET / HTTP/1.1\r\nHost: x\r\nhOST: y\r\n\r\n", "Host"],
  ["one host twice, of an old client", "GET / HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n", "Host"],
  ["a tunnel", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "request"],
])("invalid HTTP has an answer in the shape of all others: %s", async (_, text, parameter) => {
  const { port } = await listen();
  const { status, headers, body } = parse(await talk(port, text));
  expect(departuresOf({ method: "", path: "", status, headers, text: body })).toEqual([]);
  expect([status, JSON.parse(body)]).toEqual([
    400,
    {
      code: 60200,
      message: `Invalid parameter: ${parameter}`,
      more_info: "https://countersign.github.io/countersign/errors/60200",
      status: 400,
    },
  ]);
  expect(headers["twilio-request-id"]).toMatch(/^RQ[0-9a-f]{32}$/);
  expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
});

test.each([
  ["an address of 20 kB", `GET /v2/Services?x=${"x".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
  ["an address that never ends", `GET /v2/Services?x=${"x".repeat(20_000)}`, 414],
  ["a header of 20 kB", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`, 431],
  ["a thousand headers", `GET / HTTP/1.1\r\nHost: x\r\n${"X: some header\r\n".repeat(1_500)}\r\n`, 431],
] as const)("security 29: too long is told as such, for the page that asked too: %s", async (_, text, status) => {
  const { port } = await listen({}, { cors: { origins: [], isOpen: true } });
  const answer = parse(await talk(port, text));
  expect([answer.status, JSON.parse(answer.body).code]).toEqual([status, 20000 + status]);
  expect(checkResponse(documented, "listServices", status, answer.headers, answer.body)).toEqual([]);
  expect(answer.headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-type": "application/json; charset=utf-8",
    "access-control-allow-origin": "*",
    connection: "close",
  });
});

/** As if all that came within a second were late. */
function hasten({ server }: { server: Server }) {
  Object.assign(server, { headersTimeout: 200, requestTimeout: 200 });
}

test("security 29: a connection that says nothing is closed without a word, and destroyed", async () => {
  const { app, port } = await listen();
  hasten(app);
  const accepted = once(app.server, "connection");
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const [silent] = (await accepted) as [Socket];
  expect(await until(socket, "end")).toBe("");
  await expect.poll(() => silent.destroyed).toBe(true);
});

test("security 29: late is 408, and what comes of it after that is not acted on", async () => {
  let calls = 0;
  const createVerification: FakeHandler = async () => {
    calls += 1;
    return { ok: false, refusal: { code: 20429 } };
  };
  const { app, port } = await listen({ createVerification });
  hasten(app);
  const body = "To=%2B12025550123&Channel=sms";
  const whole = head(`POST ${verifications} HTTP/1.1`, form, `Content-Length: ${body.length}`) + body;
  for (const half of [whole.slice(0, 40), whole.slice(0, -4)]) {
    const accepted = once(app.server, "connection");
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write(half));
    const [late] = (await accepted) as [Socket];
    const { status, headers, body } = parse(await until(socket, "end"));
    expect([status, JSON.parse(body).code, headers.connection]).toEqual([408, 20408, "close"]);
    socket.write(whole.slice(half.length));
    await expect.poll(() => late.destroyed, { timeout: 3_000 }).toBe(true);
  }
  expect(calls).toBe(0);
});

test("security 29: who does not read his answers does not keep his connection", async () => {
  const intercept = (_: unknown, response: { end(answer: Buffer): void }) => {
    response.end(Buffer.alloc(1_000_000));
    return true;
  };
  const { app, port } = await listen({}, { intercepts: [intercept] } as object);
  app.server.timeout = 300;
  const accepted = once(app.server, "connection");
  const socket = connect(port, "127.0.0.1")
    .pause()
    .on("error", () => {});
  const [deaf] = (await accepted) as [Socket];
  socket.write(head("GET / HTTP/1.1").repeat(20));
  await expect.poll(() => deaf.destroyed, { timeout: 5_000 }).toBe(true);
});

test("a broken chunk ends the request that it belongs to", async () => {
  const { port } = await listen();
  const answer = await talk(
    port,
    `${head(`POST ${verifications} HTTP/1.1`, form, "Transfer-Encoding: chunked")}zz\r\n`,
  );
  expect(parse(answer).status).toBe(400);
});

test("what is broken after a request is never taken for its answer", async () => {
  let answer: () => void = () => undefined;
  const called = deferred<void>();
  const listServices: FakeHandler = () => {
    called.resolve();
    return new Promise((resolve) => {
      answer = () => resolve({ ok: false, refusal: { code: 20429 } });
    });
  };
  const { port } = await listen({ listServices });
  const socket = connect(port, "127.0.0.1");
  const received = until(socket, "close");
  socket.write(head("GET /v2/Services HTTP/1.1"));
  await called.promise;
  socket.write("garbage\r\n\r\n");
  expect(await received).toBe("");
  answer();
});

test("a proxy's absolute target, an upgrade and an unknown expectation are served as usual", async () => {
  const { port } = await listen();
  for (const [line, header] of [
    ["GET http://elsewhere.example/v2/Services HTTP/1.1", "X: y"],
    ["GET /v2/Services HTTP/1.1", "Expect: nonsense"],
    ["GET /v2/Services HTTP/1.1", "Upgrade: websocket"],
  ] as const) {
    const connection = header.startsWith("Upgrade") ? "Connection: upgrade, close" : "Connection: close";
    expect(parse(await talk(port, head(line, header, connection))).status).toBe(200);
  }
});

test("security.md 16: raw bytes have no place in an address", async () => {
  const { port } = await listen();
  for (const target of ["/v2/Services?x=\xc3\xa9", "/v2/Services?x=\xff", `${verifications}/\xc3\xa9`]) {
    expect(parse(await talk(port, head(`GET ${target} HTTP/1.1`, "Connection: close"))).status).toBe(400);
  }
});

test.each(["Content-Length: 20000", "Transfer-Encoding: chunked"])(
  "security.md 16: a body that is too large is refused and discarded, and the connection goes on: %s",
  async (length) => {
    const { port } = await listen();
    const body = length.startsWith("T") ? `4e20\r\n${"x".repeat(20_000)}\r\n0\r\n\r\n` : "x".repeat(20_000);
    const next = head("GET /v2/Services HTTP/1.1", "Connection: close");
    const answers = await talk(port, head(`POST ${verifications} HTTP/1.1`, form, length) + body + next);
    const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(["413", "200"]);
  },
);

test("who hangs up within his body is logged, and no failure", async () => {
  const hungUp = deferred<unknown>();
  const logger = { info: (line: unknown) => hungUp.resolve(line), error: (line: unknown) => hungUp.reject(line) };
  const { port } = await listen({}, { logger } as object);
  const socket = connect(port, "127.0.0.1");
  socket.write(`${head(`POST ${verifications} HTTP/1.1`, form, "Content-Length: 100")}To=`, () => {
    setImmediate(() => socket.destroy());
  });
  expect(await hungUp.promise).toMatchObject({ operationId: "createVerification", status: undefined });
});

test("security.md 24: a request that is under way is answered before the server closes", async () => {
  const called = deferred<void>();
  let answer: () => void = () => undefined;
  const listServices: FakeHandler = () => {
    called.resolve();
    return new Promise((resolve) => {
      answer = () => resolve({ ok: false, refusal: { code: 20429 } });
    });
  };
  const { app, port } = await listen({ listServices });
  const received = talk(port, head("GET /v2/Services HTTP/1.1"));
  await called.promise;
  const closed = app.close();
  answer();
  const { status, headers, body } = parse(await received);
  expect(checkResponse(documented, "listServices", status, headers, body)).toEqual([]);
  expect(status).toBe(429);
  await closed;
});

test("slow headers and slow bodies are cut off, idle connections are kept longer than a load balancer does", async () => {
  const { app } = await listen();
  const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = app.server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout, timeout }).toEqual({
    headersTimeout: 20_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 72_000,
    timeout: 25_000,
  });
});

test("whatever intercepts a request answers it alone", async () => {
  const intercept = (request: { url?: string }, response: { end(text: string): void }) => {
    const isOwn = request.url === "/docs/";
    if (isOwn) response.end("docs");
    return isOwn;
  };
  const { port } = await listen({}, { intercepts: [intercept] } as object);
  expect(parse(await talk(port, head("GET /docs/ HTTP/1.1", "Connection: close"))).body).toBe("docs");
  expect(parse(await talk(port, head("GET /docs HTTP/1.1", "Connection: close"))).status).toBe(404);
});
