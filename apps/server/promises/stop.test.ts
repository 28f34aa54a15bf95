import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { openStore } from "../src/store/open-store.ts";
import { type Api, apiOf, authorizationOf, type Credentials } from "../test-support/api.ts";
import { spawnCommand } from "../test-support/cli-process.ts";
import { createAccount, databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

/** How many processes a server has, each number on both databases, or in a quick run on one. */
const processes = { SQLite: isWhole ? [1, 2] : [1], PostgreSQL: isWhole ? [1, 2] : [2] };

describe.each(databaseKinds)("on %s", (kind) => {
  test.each(processes[kind])(
    "security 24: SIGTERM under load turns readiness off, finishes what is under way, ends with 0 within 10 s, and loses nothing; %i processes",
    async (workers) => {
      const databaseUrl = await databases.create(kind);
      const credentials = await createAccount(databaseUrl);
      const server = spawnCommand(["serve", "--port", "0", "--workers", String(workers)], {
        COUNTERSIGN_DATABASE_URL: databaseUrl,
        COUNTERSIGN_SECRET: randomBytes(32).toString("base64url"),
        COUNTERSIGN_HOST: "127.0.0.1",
        COUNTERSIGN_METRICS_PORT: workers === 1 ? "0" : String(metricsPort),
      });
      try {
        const listening = JSON.parse(await server.firstLine);
        const ready = `http://127.0.0.1:${listening.metricsPort ?? metricsPort}/readyz`;
        await expect.poll(() => statusOf(ready), { timeout: 20_000 }).toBe(200);
        const api = apiOf(listening.url, credentials);
        const acknowledged = new Set<string>();
        const callers = Array.from({ length: 6 }, () => createUntilRefused(api, acknowledged));
        await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(100);

        const underWay = await beginRequest(listening.url, credentials);
        const stoppedAt = performance.now();
        server.child.kill("SIGTERM");
        await expect.poll(() => statusOf(ready)).toBe(503);
        const answer = await underWay.finish();
        expect(answer).toMatch(/^HTTP\/1\.1 201 /);
        acknowledged.add(/"sid":"(VA\w+)"/.exec(answer)?.[1] ?? "");

        expect((await server.ended).code).toBe(0);
        expect(performance.now() - stoppedAt).toBeLessThan(10_000);
        const statuses = (await Promise.all(callers)).filter((status) => status !== "refused");
        expect(statuses, "no answer but success").toEqual([]);
        expect(await lost(databaseUrl, credentials, acknowledged)).toEqual([]);
      } finally {
        server.child.kill("SIGKILL");
      }
    },
  );
});

/** Nothing in these tests listens there, and nothing else on a machine is likely to. */
const metricsPort = 29_464;

/** Makes services until nobody listens any more. @returns the status of an answer that was no success */
async function createUntilRefused(api: Api, acknowledged: Set<string>): Promise<number | "refused"> {
  for (;;) {
    try {
      const { status, body } = await api.call("POST", "/v2/Services", { FriendlyName: "Acme" });
      if (status !== 201) return status;
      acknowledged.add(body.sid ?? "");
    } catch {
      return "refused";
    }
  }
}

/** Sends a request but for the end of its body. */
async function beginRequest(url: string, credentials: Credentials) {
  const { hostname, port } = new URL(url);
  const body = "FriendlyName=Slow";
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  let text = "";
  socket.setEncoding("utf8").on("data", (more) => {
    text += more;
  });
  const lines = [
    "POST /v2/Services HTTP/1.1",
    "Host: countersign.test",
    `Authorization: ${authorizationOf(credentials)}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body.slice(0, 5)}`);
  // The server has read the head.
  await once(socket, "data");
  return {
    async finish(): Promise<string> {
      text = "";
      socket.write(body.slice(5));
      await once(socket, "close");
      return text;
    },
  };
}

async function statusOf(url: string): Promise<number> {
  return fetch(url, { headers: { connection: "close" } }).then(
    ({ status }) => status,
    () => 0,
  );
}

async function lost(databaseUrl: string, { accountSid }: Credentials, sids: Set<string>): Promise<string[]> {
  const store = await openStore(databaseUrl, Date.now);
  try {
    const found = await Promise.all([...sids].map((sid) => store.services.fetch(accountSid, sid)));
    return [...sids].filter((_, index) => !found[index]);
  } finally {
    await store.close();
  }
}
