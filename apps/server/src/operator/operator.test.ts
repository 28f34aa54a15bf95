import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, apiOf } from "../../test-support/api.ts";
import { codeOf } from "../../test-support/authenticator.ts";
import { databaseKinds, runSql, startDatabases, type TestDatabases } from "../../test-support/databases.ts";
import { startProduction } from "../../test-support/production.ts";
import { createMetrics } from "./metrics.ts";
import { createReadiness } from "./readiness.ts";

const secret = randomBytes(32).toString("base64url");
const phone = "+14155552671";
const email = "ada.lovelace@countersign.test";

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test("counts requests, starts, checks, sends, refusals and the queue; security 4: no label holds a code, a token or a recipient", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret, isHeld: true, metrics: createMetrics(Date.now) });
    try {
      const { api, credentials } = server;
      const serviceSid = await api.createService();
      await api.start(serviceSid, { To: phone });
      await api.start(serviceSid, { To: email, Channel: "email" });
      const queued = await figures(server.operatorPort);
      expect(queued.get("countersign_queue_messages")).toBe(2);
      expect(queued.get("countersign_queue_age_seconds")).toBeGreaterThan(0);

      await server.deliver();
      await api.check(serviceSid, { To: phone, Code: "abcd12" });
      const code = server.sent.find(({ to }) => to === phone)?.code ?? "";
      await api.check(serviceSid, { To: phone, Code: code === "000000" ? "000001" : "000000" });
      await api.check(serviceSid, { To: phone, Code: code });
      for (let send = 0; send < 5; send += 1) await api.start(serviceSid, { To: email, Channel: "email" });
      await api.call("GET", `/v2/${phone}/${code}`);
      await api.start(serviceSid, { To: "nobody" });
      await apiOf(server.url, { ...credentials, authToken: "wrong" }).start(serviceSid, { To: phone });
      const shown = await challenge(api, `/v2/Services/${serviceSid}/Entities/person-00000001`);

      const all = await figures(server.operatorPort);
      const expected = {
        'countersign_requests_total{operation="createVerification",status="201"}': 6,
        'countersign_requests_total{operation="createVerification",status="429"}': 1,
        'countersign_requests_total{operation="none",status="404"}': 1,
        'countersign_request_duration_seconds_count{operation="createVerification"}': 9,
        'countersign_refusals_total{operation="createVerification",error="60203"}': 1,
        // Before a handler has seen them.
        'countersign_refusals_total{operation="createVerification",error="60200"}': 1,
        'countersign_refusals_total{operation="createVerification",error="20003"}': 1,
        'countersign_starts_total{channel="sms"}': 1,
        'countersign_starts_total{channel="email"}': 1,
        'countersign_messages_queued_total{channel="email"}': 5,
        'countersign_sends_total{channel="sms",provider="none",result="delivered"}': 1,
        'countersign_checks_total{outcome="check_refused"}': 2,
        'countersign_checks_total{outcome="approved"}': 1,
        'countersign_challenges_total{status="approved"}': 1,
        'countersign_challenges_total{status="pending"}': 1,
        countersign_queue_messages: 4,
      };
      expect(Object.fromEntries(Object.keys(expected).map((name) => [name, all.get(name)]))).toEqual(expected);
      const labels = [...all.keys()].join("\n");
      const canaries = [
        phone,
        phone.slice(1),
        email,
        credentials.authToken,
        credentials.accountSid,
        serviceSid,
        ...shown,
      ];
      expect([...canaries, ...server.codes].filter((canary) => labels.includes(canary))).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test("both ports tell whether the process lives and whether it can serve, and the figures tell the latter", async () => {
    const databaseUrl = await databases.create(kind);
    const server = await startProduction({ databaseUrl, secret, metrics: createMetrics(Date.now) });
    try {
      for (const origin of [server.url, `http://127.0.0.1:${server.operatorPort}`]) {
        expect(await textOf(`${origin}/healthz`)).toEqual([200, "ok\n"]);
        expect(await textOf(`${origin}/readyz`)).toEqual([200, "ready\n"]);
      }
      expect((await textOf(`${server.url}/metrics`))[0], "figures are not for callers").toBe(404);
      expect((await figures(server.operatorPort)).get("countersign_ready")).toBe(1);
      await runSql(databaseUrl, "ALTER TABLE outbox RENAME TO lost");
      await expect.poll(async () => (await textOf(`${server.url}/readyz`))[0], { timeout: 10_000 }).toBe(503);
      expect((await textOf(`${server.url}/healthz`))[0]).toBe(200);
      const all = await figures(server.operatorPort);
      expect(all.get("countersign_ready")).toBe(0);
      expect(all.get("countersign_queue_messages"), "an unknown queue is not an empty one").toBeNaN();
    } finally {
      await server.close();
    }
  });
});

/** @returns what no label may hold of it */
async function challenge(api: Api, entity: string): Promise<string[]> {
  const { body } = await api.call("POST", `${entity}/Factors`, { FriendlyName: "Phone", FactorType: "totp" });
  const { sid: FactorSid = "", binding } = body as { sid?: string; binding?: { uri: string; secret: string } };
  const AuthPayload = codeOf(binding?.uri ?? "");
  await api.call("POST", `${entity}/Factors/${FactorSid}`, { AuthPayload });
  for (let times = 0; times < 2; times += 1) await api.call("POST", `${entity}/Challenges`, { FactorSid, AuthPayload });
  return ["person-00000001", FactorSid, AuthPayload, binding?.secret ?? ""];
}

test("however many ask, the database is looked at once; a server that stops is unready at once, and security 31: one whose clock is more than a minute off", async () => {
  let [looks, ahead] = [0, 0];
  const nextDueAt = async () => {
    looks += 1;
    return undefined;
  };
  let [writes, isFull] = [0, false];
  const touch = async () => {
    writes += 1;
    if (isFull) throw new Error("disk full");
  };
  const parts = { outbox: { nextDueAt } as never, requests: { touch } as never, clock: () => 0, aheadMs: () => ahead };
  const readiness = createReadiness(parts);
  expect(await Promise.all(Array.from({ length: 100 }, () => readiness.isReady()))).not.toContain(false);
  expect([looks, writes]).toEqual([1, 1]);
  isFull = true;
  expect(await createReadiness(parts).isReady(), "security 36: what can be read, but not written").toBe(false);
  ahead = -60_001;
  expect(await readiness.isReady()).toBe(false);
  ahead = 60_000;
  expect(await readiness.isReady()).toBe(true);
  readiness.stop();
  expect(await readiness.isReady()).toBe(false);
});

async function textOf(url: string): Promise<[number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

/** The figures by name and labels. */
async function figures(port: number | undefined): Promise<Map<string, number>> {
  const [, text] = await textOf(`http://127.0.0.1:${port}/metrics`);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}
