import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { Readable } from "node:stream";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { runCommand } from "../../test-support/cli.ts";

const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], { keyType: "ec" });
const servers = {
  http: createServer((_, response) => response.end()),
  https: createHttps({ key, cert }, (_, response) => response.end()),
  neither: createTcp((socket) => socket.end("220 ready\r\n")),
  endless: createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    Readable.from(spaces()).pipe(response);
  }),
  silent: createTcp((socket) => socket.on("data", () => socket.destroy())),
} satisfies Record<string, Server>;
const hostOf = (name: keyof typeof servers) => `127.0.0.1:${(servers[name].address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of Object.values(servers)) await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  for (const server of Object.values(servers)) server.close();
});
afterEach(() => vi.unstubAllEnvs());

/** More than any answer may have, and few enough for a test whose command reads them all. */
function* spaces() {
  for (let megabytes = 0; megabytes < 12; megabytes += 1) yield Buffer.alloc(1024 * 1024, " ");
}

const commands = [["inbox"], ["contract", "--only", "listServices"]];

test.each(commands)("%s says by which protocol it would be answered", async (...words) => {
  for (const [name, wrong] of [
    ["http", "https"],
    ["https", "http"],
  ] as const) {
    vi.stubEnv("COUNTERSIGN_URL", `${wrong}://${hostOf(name)}`);
    const { code, err } = await runCommand(words);
    const says = `it speaks ${name}, not ${wrong}. COUNTERSIGN_URL says to ask it. Call it ${name}://${hostOf(name)}, or name`;
    expect([code, err.trimEnd().split("\n").at(-1)]).toEqual([
      1,
      `No answer from ${wrong}://${hostOf(name)}: ${says} another server by --server or COUNTERSIGN_URL.`,
    ]);
  }
});

test("what is no such server by either is told in one line, without what OpenSSL says of itself", async () => {
  for (const address of [
    `https://${hostOf("neither")}`,
    `http://${hostOf("neither")}`,
    `http://${hostOf("silent")}`,
    `https://${hostOf("silent")}`,
  ]) {
    const { code, err } = await runCommand(["inbox", "--server", address]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^No answer from \S+: [^\n]+ --server says to ask it\. Look whether|Start/),
    ]);
    expect(err).toMatch(/^[^\n]+\n$/);
    expect(err).not.toMatch(/OpenSSL|openssl|routines|it speaks/);
  }
  const env = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "x" };
  const imported = await runCommand(["import", "--from", `https://${hostOf("http")}`], { env });
  expect(imported.err).toBe(`https://${hostOf("http")} cannot be read: it speaks http, not https\n`);
});

test("a port that fetch calls nobody at is told as such, and no sandbox is to be started there", async () => {
  vi.stubEnv("PORT", "22");
  const { code, err } = await runCommand(["inbox"]);
  expect([code, err]).toEqual([
    1,
    "No answer from http://127.0.0.1:22: fetch calls nobody at port 22, nor does a browser. PORT says to ask it. " +
      "Have it listen at another, or name another server by --server or COUNTERSIGN_URL.\n",
  ]);
});

test.each(["127.0.0.1", "[::1]", "localhost"])("says how a sandbox is started at %s", async (host) => {
  const { err } = await runCommand(["inbox", "--server", `http://${host}:2`]);
  expect(err).toContain('Start a sandbox there with "countersign sandbox --port 2", or name');
  const below = await runCommand(["inbox", "--server", `http://${host}:2/base`]);
  expect(below.err).toContain("Look whether it runs, or name");
});

test("an answer that is larger than any of this API is not read to its end", async () => {
  const url = `http://${hostOf("endless")}`;
  const { code, err } = await runCommand(["inbox", "--server", url]);
  const reason = "its answer is larger than 10 MB";
  expect([code, err]).toEqual([
    1,
    `No answer from ${url}: ${reason}. --server says to ask it. Look what answers there, or name another server by --server or COUNTERSIGN_URL.\n`,
  ]);
  const env = { TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`, TWILIO_AUTH_TOKEN: "x" };
  const imported = await runCommand(["import", "--from", url], { env });
  expect(imported).toEqual({ code: 1, out: "", err: `${url} cannot be read: ${reason}\n` });
});
