import { createServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import { afterEach, expect, test } from "vitest";
import { credentials, refusal, ServiceSid } from "../test-support/fake-fetch.ts";
import { startHttpServer } from "../test-support/http-server.ts";
import { ConnectionError, createClient } from "./index.ts";
import { createNodeFetch } from "./node.ts";

const VERIFICATIONS = "/v2/Services/{ServiceSid}/Verifications";
const start = { params: { path: { ServiceSid } }, body: { To: "+12025550123", Channel: "sms" } } as const;

const closing: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

type Answer = Parameters<typeof startHttpServer>[0];
async function serverOf(answer: Answer) {
  const server = await startHttpServer(answer);
  closing.push(server.close);
  return server;
}

const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const clientOf = (baseUrl: string, more = {}) =>
  createClient({ ...credentials, baseUrl, fetch: createNodeFetch(), ...more });

test("what is sent is what the runtime's own fetch sends, and what comes is what it gives", async () => {
  const server = await serverOf(json(201, { sid: "VE1", to: "Zoë" }, { "set-cookie": ["a=1", "b=2"] }));
  const calls = [clientOf(server.url), clientOf(server.url, { fetch: undefined })].map(async (client) => {
    const { data, response } = await client.POST(VERIFICATIONS, start);
    const { status, statusText, ok, url } = response;
    return { data, status, statusText, ok, url, cookies: response.headers.getSetCookie() };
  });
  const [ours, theirs] = await Promise.all(calls);
  expect(ours).toEqual(theirs);
  expect(ours?.data).toEqual({ sid: "VE1", to: "Zoë" });
  const [first, second] = server.received.map(({ line, headers, body }) => {
    const { connection, accept, "accept-language": _, "sec-fetch-mode": __, "accept-encoding": ___, ...kept } = headers;
    return { line, body, kept };
  });
  expect(first).toEqual(second);
});

test("calls in a row take one connection", async () => {
  const ports = new Set<unknown>();
  const server = await serverOf((request, response) => {
    ports.add(request.socket.remotePort);
    json(201, { sid: "VE1" })(request, response);
  });
  const client = clientOf(server.url);
  for (let call = 0; call < 3; call += 1) await client.POST(VERIFICATIONS, start);
  expect(ports.size).toBe(1);
});

test("a certificate of one's own is trusted where it is given, and nowhere else", async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const server = createServer({ key, cert }, json(201, { sid: "VE1" }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => server.close().closeAllConnections());
  const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const trusting = clientOf(baseUrl, { fetch: createNodeFetch({ ca: cert }) });
  expect((await trusting.POST(VERIFICATIONS, start)).data?.sid).toBe("VE1");
  await expect(clientOf(baseUrl).POST(VERIFICATIONS, start)).rejects.toThrow("self-signed certificate");
});

test("a refusal, an empty answer and a redirect are what they are by fetch", async () => {
  const refused = await serverOf(json(429, refusal(60203, 429)));
  expect((await clientOf(refused.url).POST(VERIFICATIONS, start)).error?.code).toBe(60203);
  const empty = await serverOf((_, response) => response.writeHead(502).end());
  expect((await clientOf(empty.url).POST(VERIFICATIONS, start)).error).toMatchObject({ message: "HTTP 502" });
  const gone = await serverOf((_, response) => response.writeHead(204).end());
  const deleted = await clientOf(gone.url).DELETE("/v2/Services/{Sid}", { params: { path: { Sid: ServiceSid } } });
  expect([deleted.error, deleted.response.status, await deleted.response.blob().then(({ size }) => size)]).toEqual([
    undefined,
    204,
    0,
  ]);
  const moved = await serverOf((_, response) => response.writeHead(307, { location: refused.url }).end());
  expect((await clientOf(moved.url).POST(VERIFICATIONS, start)).error).toMatchObject({ status: 307 });
  expect(refused.received).toHaveLength(1);
});

test("an answer is a Response, whole, and may be read again", async () => {
  const server = await serverOf(json(201, { sid: "VE1" }));
  const { response } = await clientOf(server.url).POST(VERIFICATIONS, start);
  expect(response).toBeInstanceOf(Response);
  expect(await response.text()).toBe('{"sid":"VE1"}');
  expect(await response.clone().json()).toEqual({ sid: "VE1" });
  expect((await response.arrayBuffer()).byteLength).toBe(13);
  expect([response.type, response.redirected, response.bodyUsed]).toEqual(["default", false, true]);
});

test("a busy server is asked again, by what it says in its body", async () => {
  const answers = [json(503, refusal(20503, 503, { details: { retry_after_seconds: 2 } })), json(201, { sid: "VE1" })];
  const server = await serverOf((request, response) => answers.shift()?.(request, response));
  const waits: number[] = [];
  const retry = { attempts: 2, sleep: async (delayMs: number) => void waits.push(delayMs) };
  expect((await clientOf(server.url, { retry }).POST(VERIFICATIONS, start)).data?.sid).toBe("VE1");
  expect(waits).toEqual([2000]);
});

test("no connection, one that breaks off and a body that is no text say so as fetch does", async () => {
  const server = await startHttpServer(() => {});
  await server.close();
  const refused = await clientOf(server.url)
    .POST(VERIFICATIONS, start)
    .catch((reason) => reason);
  expect(refused).toBeInstanceOf(ConnectionError);
  expect(refused.message).toBe(`POST ${VERIFICATIONS}: connect ECONNREFUSED ${server.url.slice(7)}`);
  const broken = await serverOf((_, response) => {
    response.writeHead(200, { "content-length": 100 }).write("{");
    setImmediate(() => response.destroy());
  });
  await expect(clientOf(broken.url).POST(VERIFICATIONS, start)).rejects.toThrow(`POST ${VERIFICATIONS}: aborted`);
  await expect(createNodeFetch()(broken.url, { method: "POST", body: new URLSearchParams() })).rejects.toThrow("text");
});

test("time and the caller's signal end a call, before it is sent and while its answer comes", async () => {
  const { url: baseUrl } = await serverOf((_, response) => response.writeHead(200).write("{"));
  await expect(clientOf(baseUrl, { timeoutMs: 30 }).POST(VERIFICATIONS, start)).rejects.toThrow("no answer in 30 ms");
  const reason = new Error("the user left");
  const controller = new AbortController();
  const call = clientOf(baseUrl).POST(VERIFICATIONS, { ...start, signal: controller.signal });
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  const { signal } = controller;
  await expect(clientOf(baseUrl).POST(VERIFICATIONS, { ...start, signal })).rejects.toBe(reason);
});

/** A server that answers each request by the bytes given, over a connection of its own making. */
async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const open = new Set<Socket>();
  const server = createRawServer((socket) => {
    open.add(socket.on("error", () => {}).on("data", () => answer(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an answer that switches protocols ends the call, and so do connections that end without one", async () => {
  const switching = await rawServer((socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
  );
  await expect(clientOf(switching).POST(VERIFICATIONS, start)).rejects.toThrow("the server switched protocols");
  const ending = await rawServer((socket) => socket.end());
  await expect(clientOf(ending).POST(VERIFICATIONS, start)).rejects.toThrow("socket hang up");
});

test("no call is sent on a connection that a server closed right after its answer", async () => {
  const url = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
  const fetch = createNodeFetch();
  for (let call = 0; call < 20; call += 1) expect((await fetch(url, {})).status).toBe(200);
});

test("what is compressed although it was asked for as it is can be read all the same", async () => {
  const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
  for (const [coding, pack] of Object.entries(packers)) {
    const server = await serverOf((_, response) =>
      response.writeHead(404, { "content-encoding": coding }).end(pack(JSON.stringify(refusal(20404, 404)))),
    );
    expect((await clientOf(server.url).POST(VERIFICATIONS, start)).error?.code).toBe(20404);
    expect(server.received[0]?.headers["accept-encoding"]).toBe("identity");
  }
  const broken = await serverOf((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("{}"));
  await expect(clientOf(broken.url).POST(VERIFICATIONS, start)).rejects.toThrow("incorrect header check");
});

test("a whole answer is taken, whatever stands behind it and however odd its status is", async () => {
  const long = await rawServer((socket) => socket.end("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"));
  expect((await createNodeFetch()(long, {})).status).toBe(204);
  const odd = await rawServer((socket) => socket.end("HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}"));
  const answer = await createNodeFetch()(odd, {});
  expect([answer.status, answer.statusText, answer.ok, await answer.text()]).toEqual([999, "Odd", false, "{}"]);
});

test("called by itself it rejects with the signal's reason, and refuses what fetch does not send", async () => {
  const { url } = await serverOf(() => {});
  const fetch = createNodeFetch();
  const reason = new Error("the user left");
  await expect(fetch(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await expect(fetch(url, { signal: AbortSignal.timeout(20) })).rejects.toThrow("timeout");
  await expect(fetch(url.replace("//", "//user:secret@"), {})).rejects.toThrow(
    /^The address must have no user and no password\.$/,
  );
  await expect(fetch(url, { body: "a=b" })).rejects.toThrow("GET has no body.");
  await expect(fetch(url, { headers: { "Transfer-Encoding": "chunked" } })).rejects.toThrow("transfer-encoding");
  await expect(fetch("HTTP://127.0.0.1:1/", {})).rejects.toThrow("fetch failed");
});

test("what is long, and a header that takes the place of one of ours, comes as by fetch", async () => {
  const server = await serverOf((request, response) => {
    response.setHeader("x-twice", ["a", "b"]);
    json(200, { agent: request.headers["user-agent"], text: "é".repeat(300_000) })(request, response);
  });
  const init = { method: "POST", body: `a=${"b".repeat(300_000)}`, headers: { "User-Agent": "mine" } };
  const answers = [createNodeFetch(), fetch].map(async (send) => {
    const response = await send(server.url, init);
    return [response.headers.get("x-twice"), await response.json()];
  });
  const [ours, theirs] = await Promise.all(answers);
  expect(ours).toEqual(theirs);
  expect(server.received.map(({ body, headers }) => [body === init.body, headers["content-length"]])).toEqual([
    [true, "300002"],
    [true, "300002"],
  ]);
});

test("an address of IPv6 is taken as one, not as a name", async () => {
  const { cause } = await createNodeFetch()("http://[::1]:1/", {}).catch((error) => error);
  expect(cause.code).not.toBe("ENOTFOUND");
});
