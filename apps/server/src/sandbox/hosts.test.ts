import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingMessage, type RequestOptions } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { generate } from "selfsigned";
import { afterAll, expect, test } from "vitest";
import { useSandbox } from "../../test-support/sandbox.ts";
import { createHostCheck } from "../http/hosts.ts";
import { createTwin, listenAt } from "../http/listen.ts";
import { startSandbox } from "./sandbox.ts";

const pages = mkdtempSync(join(tmpdir(), "countersign-pages-"));
afterAll(() => rmSync(pages, { recursive: true }));
const sandbox = useSandbox(() => ({ publicUrl: "https://verify.example.com/base", pages }));

async function ask(options: RequestOptions): Promise<{ status: number | undefined; text: string }> {
  const [response] = (await once(get({ agent: false, ...options }), "response")) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response) };
}

const named = (host: string, path = "/healthz") =>
  ask({ port: new URL(sandbox.url).port, path, headers: { host, accept: "text/html" } });

test.each([
  "127.0.0.1",
  "127.0.0.1:4010",
  "192.168.1.7:4010",
  "[::1]:4010",
  "[2001:db8::1]",
  "localhost",
  "localhost:4010",
  "LOCALHOST:4010",
  "localhost.",
  "app.localhost:4010",
  "a.b.localhost",
  "sandbox",
  "my_sandbox-1:4010",
  "host.docker.internal:4010",
  "verify.example.com",
  "verify.example.com:443",
])("a request may name its host %s", async (host) => {
  expect(await named(host)).toEqual({ status: 200, text: "ok\n" });
});

test.each([
  "evil.example",
  "evil.example:4010",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "evil-localhost.example",
  "notlocalhost.com",
  "host.docker.internal.evil.example",
  "docker.internal",
  "x.host.docker.internal",
  "www.verify.example.com",
  "example.com",
  "evil.example.",
  "1.2.3",
  "[::1].evil.example",
  "[evil.example]",
  "::1",
  "localhost@evil.example",
  "evil.example/localhost",
  ".",
])("no page, probe or operation is for a request that names its host %j", async (host) => {
  for (const path of [
    "/healthz",
    "/",
    "/docs/",
    "/v2/Services",
    "/sandbox/messages",
    "/console/requests",
    "/nothing",
  ]) {
    const { status, text } = await named(host, path);
    expect([path, status, JSON.parse(text).code, JSON.parse(text).message]).toEqual([
      path,
      400,
      60200,
      "Invalid parameter: Host",
    ]);
  }
});

test("a request that names no host, or an empty one, is refused", async () => {
  for (const head of [
    "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: \r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
  ]) {
    const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1");
    socket.end(head);
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 .*"Invalid parameter: Host"/s);
  }
});

test("over HTTPS the names of the certificate are right as well, since no browser takes it for another", async () => {
  const { cert } = await generate([{ name: "commonName", value: "verify.twilio.com" }]);
  const isHost = createHostCheck(undefined, cert);
  expect(["verify.twilio.com", "evil.example", "localhost"].map(isHost)).toEqual([true, false, true]);
});

test("localhost leads here by each of its addresses, and stops with the sandbox", async () => {
  const { url, pagesUrl, port, close } = await startSandbox();
  expect([url, pagesUrl]).toEqual([`http://127.0.0.1:${port}`, `http://localhost:${port}`]);
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    expect((await ask({ host, port, path: "/healthz" })).status, host).toBe(200);
  }
  const kept = get({ host: "::1", port, path: "/healthz", agent: undefined });
  await once(kept, "response");
  await close();
  for (const host of ["127.0.0.1", "::1"]) await expect(ask({ host, port })).rejects.toThrow("ECONNREFUSED");
});

test("who may be called from elsewhere, or by that name, is called by it too; a single address stays one", async () => {
  for (const [host, names] of [
    ["localhost", ["127.0.0.1", "::1"]],
    ["0.0.0.0", ["127.0.0.1", "::1"]],
    ["::1", ["::1"]],
    ["127.0.0.2", ["127.0.0.2"]],
  ] as const) {
    const { pagesUrl, port, close } = await startSandbox({ host });
    for (const name of names) expect((await ask({ host: name, port, path: "/healthz" })).status).toBe(200);
    const shown = { "::1": `http://[::1]:${port}`, "127.0.0.2": `http://127.0.0.2:${port}` } as Record<string, string>;
    expect(pagesUrl).toBe(shown[host] ?? `http://localhost:${port}`);
    await close();
  }
});

test("without the second address one listens on the first alone; where its port is taken there, one says so", async () => {
  const server = createServer() as never as Parameters<typeof listenAt>[0];
  await listenAt(server, { port: 0, host: "127.0.0.1" }, { twin: createTwin(server), host: "2001:db8::1" });
  expect(server.listening).toBe(true);
  server.close();

  const occupant = createServer().listen(0, "::1");
  await once(occupant, "listening");
  const { port } = occupant.address() as { port: number };
  await expect(startSandbox({ port })).rejects.toThrow(`EADDRINUSE: address already in use ::1:${port}`);
  await expect(ask({ host: "127.0.0.1", port })).rejects.toThrow("ECONNREFUSED");
  occupant.close();
});
