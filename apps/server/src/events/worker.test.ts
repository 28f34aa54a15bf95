import { describe, expect, it } from "vitest";
import { newSid, newSubject, type Subject } from "../../test-support/store-subject.ts";
import { operator } from "../sql/resources.ts";
import { newApplication } from "../store/contract/applications.contract.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { WebhookPost } from "./posts.ts";
import type { WebhookRequest } from "./sender.ts";
import { startWebhookWorker } from "./worker.ts";

const hour = 3_600_000;

interface Given extends Subject {
  worker: ReturnType<typeof startWebhookWorker>;
  sent: WebhookRequest[];
  logged: object[];
  posted: object[];
  /** What the receiver answers. */
  receiver: { status: number };
  post: WebhookPost;
}

async function given(test: (given: Given) => Promise<void>): Promise<void> {
  const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
  const store = await openSqliteStore({ path: ":memory:", clock: () => clock.now });
  const subject = await newSubject(store, clock);
  const application = newApplication(subject);
  const webhook = { id: "WH_1", name: "w", url: "https://acme.example.com/", events: [], createdAt: clock.now };
  application.state.webhooks.push({ ...webhook, sealedSigningKey: "sealed WSK" });
  await store.applications.create(application, operator);
  const { accountSid, serviceSid } = subject;
  const common = { accountSid, serviceSid, sid: newSid("WD"), webhookId: "WH_1" };
  const post = { ...common, payload: { event: "phone_verification_started" }, createdAt: clock.now };
  await store.posts.add([post]);
  const sent: WebhookRequest[] = [];
  const logged: object[] = [];
  const posted: object[] = [];
  const receiver = { status: 200 };
  const worker = startWebhookWorker({
    store,
    vault: {
      openText: (text) => (text.startsWith("sealed ") ? text.slice("sealed ".length) : undefined),
    },
    clock: () => clock.now,
    async send(request) {
      sent.push(request);
      return { status: receiver.status };
    },
    pollMs: 1_000_000,
    random: () => 0,
    log: { warn: (details) => void logged.push(details), error: (details) => void logged.push(details) },
    observe: (each) => void posted.push(each),
  });
  try {
    await test({ ...subject, worker, sent, logged, posted, receiver, post });
  } finally {
    await worker.stop();
    await store.close();
  }
}

describe("the webhook worker", () => {
  it("delivers once what the receiver takes", () =>
    given(async ({ worker, sent, clock }) => {
      await worker.run();
      clock.now += 48 * hour;
      await worker.run();
      expect(sent).toHaveLength(1);
      expect(sent[0]?.url).toBe("https://acme.example.com/");
    }));

  it("security 19: tries nine times over a day, waiting longer each time, then parks it; an operator sees each try that failed", () =>
    given(async ({ worker, sent, clock, receiver, store, accountSid, post, logged, posted }) => {
      receiver.status = 500;
      const start = clock.now;
      const waits: number[] = [];
      for (;;) {
        await worker.run();
        const dueAt = await store.posts.nextDueAt();
        if (dueAt === undefined) break;
        waits.push(dueAt - clock.now);
        clock.now = dueAt;
      }

      expect(sent).toHaveLength(9);
      expect(waits).toEqual(waits.toSorted((a, b) => a - b));
      expect(clock.now - start).toBeGreaterThanOrEqual(24 * hour);
      expect(await store.posts.failed(accountSid)).toEqual([
        { ...post, tries: 9, failedAt: clock.now, error: "HTTP 500", dueAt: null, webhookName: null },
      ]);
      const tries = Array.from({ length: 9 }, (_, index) => index + 1);
      expect(logged).toEqual(
        tries.map((count) => ({ sid: post.sid, webhookId: "WH_1", tries: count, error: "HTTP 500" })),
      );
      expect(posted).toEqual(
        tries.map((count) => ({ webhook: "application", result: count < 9 ? "retry" : "parked" })),
      );
    }));

  it("drops what waits for a webhook that is gone", () =>
    given(async ({ worker, sent, store, accountSid, serviceSid, clock }) => {
      await store.applications.update(
        { accountSid, serviceSid },
        ({ state }) => ({ outcome: true, state: { ...state, webhooks: [] } }),
        clock.now,
        operator,
      );
      await worker.run();
      expect(sent).toHaveLength(0);
      expect(await store.posts.nextDueAt()).toBeUndefined();
    }));

  it("says so, and keeps it, when the signing key cannot be opened", () =>
    given(async ({ worker, sent, clock, store, accountSid, serviceSid }) => {
      await store.applications.update(
        { accountSid, serviceSid },
        ({ state }) => {
          const webhooks = state.webhooks.map((webhook) => ({ ...webhook, sealedSigningKey: "lost" }));
          return { outcome: true, state: { ...state, webhooks } };
        },
        clock.now,
        operator,
      );
      for (let dueAt: number | undefined = clock.now; dueAt !== undefined; dueAt = await store.posts.nextDueAt()) {
        clock.now = dueAt;
        await worker.run();
      }
      expect(sent).toHaveLength(0);
      expect(await store.posts.failed(accountSid)).toMatchObject([
        { tries: 9, error: "its signing key was sealed with a secret that is gone" },
      ]);
    }));

  it("posts nothing of what cannot be opened itself, and says so", () =>
    given(async ({ worker, sent, logged, store, post }) => {
      const payload = {};
      const lost = ["events", "WH_1"].map((webhookId) => ({ ...post, sid: newSid("WD"), webhookId, payload }));
      await store.posts.add(lost);
      await worker.run();
      expect(sent).toHaveLength(1);
      const error = "it was sealed with a secret that is gone";
      expect(new Set(logged)).toEqual(new Set(lost.map(({ sid, webhookId }) => ({ sid, webhookId, tries: 1, error }))));
    }));

  it("tries again what a process took and did not finish", () =>
    given(async ({ worker, sent, store, clock }) => {
      await store.posts.claim(10, 60, clock.now);
      await worker.run();
      expect(sent).toHaveLength(0);
      clock.now += 60_000;
      await worker.run();
      expect(sent).toHaveLength(1);
    }));
});
