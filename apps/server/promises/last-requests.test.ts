import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { apiOf, authorizationOf } from "../test-support/api.ts";
import { spawnCommand } from "../test-support/cli-process.ts";
import { createAccount, databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";

let databases: TestDatabases;
let hanging: Server;
beforeAll(async () => {
  databases = await startDatabases();
  // It takes whatever comes, and says nothing.
  hanging = createServer((socket) => socket.on("error", () => {}).resume());
  await once(hanging.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  hanging.close();
  await databases.stop();
});

test.each(Array.from({ length: budget(10) }, (_, index) => [index + 1, databaseKinds[index % 2] ?? "SQLite"] as const))(
  "security 37: SIGTERM ends within 8 s, and resets no request that had arrived, those that nobody had read included; run %i, %s",
  { timeout: 30_000 },
  async (run, kind) => {
    const databaseUrl = await databases.create(kind);
    const credentials = await createAccount(databaseUrl);
    const server = spawnCommand(["serve", "--port", "0", "--workers", run % 4 === 0 ? "2" : "1"], {
      COUNTERSIGN_DATABASE_URL: databaseUrl,
      COUNTERSIGN_SECRET: randomBytes(32).toString("base64url"),
      COUNTERSIGN_HOST: "127.0.0.1",
      COUNTERSIGN_SMS_URL: `smpp://user:password@127.0.0.1:${(hanging.address() as AddressInfo).port}`,
    });
    try {
      const { url } = JSON.parse(await server.firstLine) as { url: string };
      const api = apiOf(url, credentials);
      const service = await api.createService();
      // The gateway takes it, and does not answer.
      expect(
        (await api.call("POST", `/v2/Services/${service}/Verifications`, { To: "+12025550123", Channel: "sms" }))
          .status,
      ).toBe(201);
      const port = Number(new URL(url).port);
      const whole = post("/v2/Services", authorizationOf(credentials), "FriendlyName=Acme");
      const get = `GET /v2/Services HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorizationOf(credentials)}\r\n\r\n`;
      const half = await open(port, whole.slice(0, -3));
      const never = await open(port, whole.slice(0, -3));
      const silent = await open(port, "");
      const reader = (await open(port, get)).pause();
      const dripping = drip(port, get);

      await delay(200);
      server.child.kill("SIGSTOP");
      const queued = await Promise.all(Array.from({ length: 100 }, () => open(port, whole)));
      const stoppedAt = performance.now();
      server.child.kill("SIGTERM");
      server.child.kill("SIGCONT");
      const answers = Promise.all(queued.map((socket) => text(socket)));
      setTimeout(() => half.write(whole.slice(-3)), 1_500);
      const late = delay(500).then(async () => text(await open(port, whole)));

      for (const answer of await answers) expect(answer).toMatch(/^HTTP\/1\.1 201 .*\r\nconnection: close\r\n/is);
      expect(await late).toMatch(/^HTTP\/1\.1 201 .*\r\nconnection: close\r\n/is);
      expect(await text(half)).toMatch(/^HTTP\/1\.1 201 /);
      expect(await dripping).toMatch(/^HTTP\/1\.1 200 /);
      expect(await text(silent)).toBe("");
      setTimeout(() => reader.resume(), 500);
      expect(await text(reader)).toMatch(/^HTTP\/1\.1 200 /);
      expect(await text(never)).toMatch(/^HTTP\/1\.1 408 /);
      expect((await server.ended).code).toBe(0);
      expect(performance.now() - stoppedAt).toBeLessThan(8_000);
    } finally {
      server.child.kill("SIGKILL");
    }
  },
);

/** Connects, and sends the beginning of a request. */
async function open(port: number, bytes: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  if (bytes) socket.write(bytes);
  return socket;
}

/** Sends a request a little at a time, for three seconds. */
async function drip(port: number, bytes: string): Promise<string> {
  const socket = await open(port, "");
  const answer = text(socket);
  for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 15)) {
    socket.write(bytes.slice(at, at + Math.ceil(bytes.length / 15)));
    await delay(200);
  }
  return answer;
}

function post(path: string, authorization: string, body: string): string {
  const type = "application/x-www-form-urlencoded";
  const lines = [`POST ${path} HTTP/1.1`, "Host: a", `Authorization: ${authorization}`, `Content-Type: ${type}`];
  return `${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}
