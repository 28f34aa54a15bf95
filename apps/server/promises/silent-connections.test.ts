import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { budget } from "../../../scripts/budget.ts";
import { apiOf } from "../test-support/api.ts";
import { spawnNode } from "../test-support/cli-process.ts";
import { createAccount, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { wordsOfProgram } from "../test-support/program.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

test.concurrent.each([
  { connections: budget(10_000), filesMax: 16_000 },
  { connections: 400, filesMax: 256 },
])(
  "security 29: $connections connections that say and read nothing, where $filesMax files may be open, shut nobody out, and are gone after 20 s",
  {
    timeout: 60_000,
  },
  async ({ connections, filesMax }) => {
    const databaseUrl = await databases.create("SQLite");
    const credentials = await createAccount(databaseUrl);
    const env = { COUNTERSIGN_DATABASE_URL: databaseUrl, COUNTERSIGN_SECRET: randomBytes(32).toString("base64url") };
    const words = [...wordsOfProgram(), "serve", "--port", "0"];
    const here = { COUNTERSIGN_HOST: "127.0.0.1", COUNTERSIGN_PUBLIC_URL: "http://127.0.0.1" };
    const server = spawnNode(words, { ...env, ...here }, filesMax);
    const silent: Socket[] = [];
    try {
      const { url } = JSON.parse(await server.firstLine) as { url: string };
      const api = apiOf(url, credentials);
      const service = await api.createService();
      const filesOpen = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
      const filesBefore = filesOpen();
      const begunAt = performance.now();
      for (let made = 0; made < connections; made += 100) {
        const some = Array.from({ length: 100 }, () => deaf(Number(new URL(url).port)));
        silent.push(...(await Promise.all(some)));
        const { status } = await api.call("GET", `/v2/Services/${service}`);
        expect(status).toBe(200);
      }
      expect(performance.now() - begunAt).toBeLessThan(20_000);
      expect(filesOpen()).toBeLessThan(filesMax - 64);
      await expect.poll(filesOpen, { timeout: 30_000, interval: 500 }).toBeLessThanOrEqual(filesBefore + 1);
      expect((await api.call("GET", `/v2/Services/${service}`)).status).toBe(200);
    } finally {
      for (const socket of silent) socket.destroy();
      server.child.kill("SIGKILL");
    }
  },
);

/** Connects, says nothing, reads nothing, and does not close when the other side does. */
async function deaf(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).pause();
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}
