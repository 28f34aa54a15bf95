import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWhole } from "../../../scripts/budget.ts";
import { createEventRequests, type EventWebhook, eventReports } from "../src/events/event-webhook.ts";
import type { SendWebhook, WebhookRequest } from "../src/events/sender.ts";
import { startWebhookWorker } from "../src/events/worker.ts";
import { newSid } from "../src/kernel/random.ts";
import type { ServiceSettings } from "../src/services/service.ts";
import { operator } from "../src/sql/resources.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { createVault } from "../src/verifications/vault.ts";
import { type Api, apiOf } from "../test-support/api.ts";
import { databaseKinds, startDatabases, type TestDatabases } from "../test-support/databases.ts";
import { startSandboxProcess } from "../test-support/sandbox-process.ts";
import { check, rightCode, start } from "../test-support/store-commands.ts";
import { newSubject } from "../test-support/store-subject.ts";
import { startReceiver } from "../test-support/webhook-receiver.ts";

const vault = createVault("a secret of no less than 32 characters");
const schemas = ["countersign", "event-streams"] as const;
const people = ["+14155550101", "+14155550102", "+14155550103"];
const dead = new Promise<never>(() => {});

let databases: TestDatabases;
beforeAll(async () => {
  databases = await startDatabases();
});
afterAll(() => databases.stop());

describe.each(databaseKinds)("on %s", (kind) => {
  test.each(schemas)(
    "of three processes two are killed, one before it posts and one before it knows what came of it: nothing is lost, and what comes twice has its id and its words, written as %s",
    async (schema) => {
      const webhook: EventWebhook = { url: "https://hooks.example.com/", secret: `whsec_${"A".repeat(32)}`, schema };
      const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
      const url = await databases.create(kind);
      const stores = await Promise.all([0, 1, 2].map(() => openStore(url, () => clock.now, { wrapping: vault })));
      const [first, second, third] = stores as [Store, Store, Store];
      for (const store of stores) store.react(eventReports(newSid, () => webhook));
      const subject = await newSubject(first, clock);
      const { accountSid, serviceSid } = subject;
      const change = (settings: ServiceSettings) => ({ ...settings, verifyEventSubscriptionEnabled: true });
      await first.services.update(accountSid, serviceSid, change, clock.now, operator);

      const worker = (store: Store, send: SendWebhook) =>
        startWebhookWorker({
          ...{ store, vault, send, pollMs: 1_000_000, clock: () => clock.now },
          own: { send, request: createEventRequests({ current: () => webhook, clock: () => clock.now }, store) },
        });
      const heard: WebhookRequest[][] = [[], []];
      // It is killed once the receiver has it all, and never hears of it.
      const killed = worker(second, (request) => dead.finally(heard[0]?.push(request) as never));
      const survivor = worker(third, async (request) => {
        heard[1]?.push(request);
        return { status: 204 };
      });

      for (const recipient of people) await start(subject, recipient);
      await check(subject, { recipient: people[0] ?? "" }, rightCode);
      // Nobody has posted anything when the first one ends.
      await first.close();
      clock.now += 1_000;
      void killed.run();
      await expect.poll(() => heard[0]?.length).toBe(4);
      await survivor.run();
      expect(heard[1]).toEqual([]);
      clock.now += 61_000;
      await survivor.run();
      const told = (requests: WebhookRequest[] = []) =>
        requests.map(({ headers, body }) => `${headers["webhook-id"]} ${body}`).sort();
      expect(told(heard[1])).toEqual(told(heard[0]));
      expect(told(heard[1]).filter((text) => text.includes("verification.pending"))).toHaveLength(3);
      // Two expire, each told once; the third was approved.
      clock.now += 600_000;
      heard[1] = [];
      await survivor.run();
      await survivor.run();
      expect(told(heard[1]).filter((text) => text.includes("verification.expired"))).toHaveLength(2);
      expect(heard[1]).toHaveLength(2);
      await survivor.stop();
      await Promise.all([second.close(), third.close()]);
    },
  );
});

describe.runIf(isWhole)("three servers under load on one PostgreSQL", () => {
  test("two of which are killed by kill -9: each start and approval that was answered is told, with one id each", async () => {
    const receiver = await startReceiver();
    const url = await databases.create("PostgreSQL");
    const eventWebhook = {
      url: `${receiver.url}/`,
      secret: `whsec_${"A".repeat(32)}`,
      schema: "event-streams",
    } as const;
    const options = { databaseUrl: url, secret: "a secret of no less than 32 characters", eventWebhook };
    const servers = [await startSandboxProcess(options)];
    servers.push(await startSandboxProcess(options), await startSandboxProcess(options));
    const apis = servers.map((server) => apiOf(server.url));
    const [survivor] = apis as [Api];
    const serviceSid = await survivor.createService({ VerifyEventSubscriptionEnabled: "true" });
    const due: string[] = [];
    const use = async (index: number) => {
      const api = apis[index % 3] as Api;
      const To = `+1202555${String(index).padStart(4, "0")}`;
      const started = await api.start(serviceSid, { To });
      if (started.status !== 201) return;
      due.push(`${started.body.sid} pending`);
      const { messages = [] } = (await api.call("GET", `/sandbox/messages?To=${encodeURIComponent(To)}`)).body;
      const { body } = await api.check(serviceSid, { To, Code: messages[0]?.code ?? "" });
      if (body.status === "approved") due.push(`${body.sid} approved`);
    };
    const load = Array.from({ length: 300 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 5));
      // What a server did not answer is not promised.
      await use(1000 + index).catch(() => undefined);
    });
    const kills = [500, 1000].map(async (ms, index) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      await servers[index + 1]?.kill();
    });
    await Promise.all([...load, ...kills]);
    await survivor.call("POST", "/sandbox/clock", { Seconds: "61" });
    const told = () => {
      const ids = new Map<string, Set<string>>();
      for (const { text } of receiver.received) {
        const [{ id, type, data }] = JSON.parse(text);
        const what = `${data.verification_sid} ${type.split(".").at(-1)}`;
        ids.set(what, (ids.get(what) ?? new Set()).add(id));
      }
      return ids;
    };
    await expect.poll(() => due.filter((what) => !told().has(what)), { timeout: 30_000 }).toEqual([]);
    expect(due.length).toBeGreaterThan(150);
    expect([...told().values()].filter((ids) => ids.size !== 1)).toEqual([]);
    await servers[0]?.kill();
    await receiver.close();
  });
});
