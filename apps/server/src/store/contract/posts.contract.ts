import { describe, expect } from "vitest";
import { ada, bob, check, claimOne, look, rightCode, start } from "../../../test-support/store-commands.ts";
import {
  type It,
  itOfThree,
  newSid,
  type ReopenStore,
  type Subject,
  times,
} from "../../../test-support/store-subject.ts";
import type { Attempt, DeliveryReport } from "../../attempts/attempt.ts";
import type { HandedOver } from "../../delivery/outbox.ts";
import { createEventRequests, type EventWebhook, eventReports } from "../../events/event-webhook.ts";
import type { WebhookPost } from "../../events/posts.ts";
import type { SendWebhook, WebhookRequest } from "../../events/sender.ts";
import { startWebhookWorker } from "../../events/worker.ts";
import { untried } from "../../factors/totp-factor.ts";
import { accepted } from "../../kernel/refusal.ts";
import type { ServiceSettings } from "../../services/service.ts";
import { operator } from "../../sql/resources.ts";
import { createFactorRequests } from "../../webhooks/factor-events.ts";
import type { Webhook } from "../../webhooks/webhook.ts";
import { addApplication } from "./applications.contract.ts";

const leaseSeconds = 60;

export function postContract(it: It): void {
  const newPost = ({ accountSid, serviceSid, clock }: Subject): WebhookPost => ({
    accountSid,
    serviceSid,
    sid: newSid("WD"),
    webhookId: "WH_1",
    payload: { event: "phone_verification_started", objects: { note: "é ✓" } },
    createdAt: clock.now,
  });
  const claim = ({ store, clock }: Subject, limit = 10) => store.posts.claim(limit, leaseSeconds, clock.now);

  describe("deliveries to webhooks", () => {
    it("are due at once, and again when their lease ends; each time counts", async (subject) => {
      const { store, clock } = subject;
      const post = newPost(subject);
      expect(await store.posts.nextDueAt()).toBeUndefined();
      await store.posts.add([post]);

      expect(await store.posts.nextDueAt()).toBe(clock.now);
      expect(await claim(subject)).toEqual([{ ...post, tries: 1 }]);
      expect(await store.posts.nextDueAt()).toBe(clock.now + leaseSeconds * 1000);
      clock.now += leaseSeconds * 1000 - 1;
      expect(await claim(subject)).toEqual([]);
      clock.now += 1;
      expect(await claim(subject)).toEqual([{ ...post, tries: 2 }]);
    });

    it("are claimed by one worker each, the longest due first", async (subject) => {
      const posts = times(6, () => {
        subject.clock.now += 1;
        return newPost(subject);
      });
      for (const post of posts.toReversed()) await subject.store.posts.add([post]);

      const claims = await Promise.all([claim(subject, 2), claim(subject, 2), claim(subject, 2)]);
      const sids = claims.flat().map(({ sid }) => sid);
      expect(new Set(sids).size).toBe(6);
      expect(claims[0]?.map(({ sid }) => sid)).toEqual(posts.slice(0, 2).map(({ sid }) => sid));
    });

    it("are gone when they are done, come back when they are to be tried again, and are kept when they are given up", async (subject) => {
      const { store, clock, accountSid } = subject;
      const [done, again, lost] = [newPost(subject), newPost(subject), newPost(subject)];
      await store.posts.add([done, again, lost]);
      await claim(subject);
      await store.posts.settle(done, { status: "done" }, clock.now);
      await store.posts.settle(again, { status: "retry", at: clock.now + 5000, error: "HTTP 503" }, clock.now - 1);
      await store.posts.settle(lost, { status: "parked", error: "refused" }, clock.now);

      expect(await store.posts.nextDueAt()).toBe(clock.now + 5000);
      expect(await store.posts.failed(accountSid)).toEqual([
        { ...lost, tries: 1, failedAt: clock.now, error: "refused", dueAt: null, webhookName: null },
        {
          ...{ ...again, tries: 1, failedAt: clock.now - 1, error: "HTTP 503" },
          dueAt: clock.now + 5000,
          webhookName: null,
        },
      ]);
      expect(await store.posts.failed(newSid("AC"))).toEqual([]);
      expect(await store.posts.failedCount()).toEqual({ failing: 1, parked: 1 });
      clock.now += leaseSeconds * 10_000;
      expect((await claim(subject)).map(({ sid }) => sid)).toEqual([again.sid]);
    });

    it("that were given up are counted, and one is tried from the beginning when somebody wants it", async (subject) => {
      const { store, clock, accountSid } = subject;
      const [lost, other] = [newPost(subject), newPost(subject)];
      await store.posts.add([lost, other]);
      await claim(subject);
      expect(await store.posts.retry(lost, clock.now, operator), "it waits").toBeUndefined();
      for (const each of [lost, other]) {
        await store.posts.settle(each, { status: "parked", error: "refused" }, clock.now);
      }

      expect(await store.posts.failedCount()).toEqual({ failing: 0, parked: 2 });
      clock.now += 1000;
      expect(await store.posts.retry({ sid: lost.sid, accountSid: newSid("AC") }, clock.now, operator)).toBeUndefined();
      const retried = { dueAt: clock.now, tries: 0, failedAt: null, error: null };
      expect(await store.posts.retry(lost, clock.now, operator)).toMatchObject(retried);
      expect(await claim(subject)).toEqual([{ ...lost, tries: 1 }]);
      expect(await store.posts.failed(accountSid)).toMatchObject([{ sid: other.sid }]);
      expect(await store.posts.failedCount()).toEqual({ failing: 0, parked: 1 });
    });

    it("come with the end of an attempt, once", async (subject) => {
      const { store, clock, accountSid } = subject;
      for (const recipient of [ada, bob]) await start(subject, recipient);
      const [sent, failed] = [await claimOne(subject), await claimOne(subject)];
      const asked: string[] = [];
      const attempt = ({ sid, delivery: { status } }: Attempt) => {
        asked.push(`${sid} ${status}`);
        return status === "sent" ? [] : [newPost(subject)];
      };
      store.react({ attempt });
      const done: HandedOver[] = [
        { message: sent, report: { status: "sent", errorCode: null }, reference: "smpp 1" },
        { message: failed, report: { status: "failed", errorCode: "1" } },
      ];
      const receive = (status: DeliveryReport["status"]) =>
        store.attempts.receive("smpp 1", { status, errorCode: null }, clock.now);
      for (let time = 0; time < 2; time += 1) await store.outbox.settle(done, clock.now);
      expect(await claim(subject)).toHaveLength(1);

      const told = await Promise.all([receive("delivered"), receive("undelivered"), receive("delivered")]);
      expect(told.toSorted(), "one is recorded, however many come at once").toEqual([
        "recorded",
        "repeated",
        "repeated",
      ]);
      expect(await claim(subject)).toHaveLength(1);
      const kept = await store.attempts.fetch(accountSid, sent.attemptSid);
      const ends = [`${sent.attemptSid} sent`, `${sent.attemptSid} ${kept?.delivery.status}`];
      expect(asked.toSorted()).toEqual([...ends, `${failed.attemptSid} failed`].toSorted());
    });

    it("and the end of an attempt are both on disk, or neither is", async (subject) => {
      const { store, clock, accountSid } = subject;
      await start(subject, ada);
      const message = await claimOne(subject);
      const known = newPost(subject);
      await store.posts.add([known]);
      // It is there already, so that it cannot be added.
      store.react({ attempt: ({ delivery: { status } }) => (status === "sent" ? [] : [known]) });
      const settle = (status: "sent" | "failed") =>
        store.outbox.settle([{ message, report: { status, errorCode: null }, reference: "smpp 1" }], clock.now);
      const statusOf = async () => (await store.attempts.fetch(accountSid, message.attemptSid))?.delivery.status;

      await expect(settle("failed")).rejects.toThrow();
      expect([await statusOf(), (await store.outbox.waiting()).count]).toEqual(["queued", 1]);
      await settle("sent");
      const report = { status: "delivered", errorCode: null } as const;
      await expect(store.attempts.receive("smpp 1", report, clock.now)).rejects.toThrow();
      expect(await statusOf()).toBe("sent");
    });

    it("come with a decision, or not at all", async (subject) => {
      const decided = newPost(subject);
      subject.store.react({ verification: (fact) => (fact === "started" ? { posts: [decided] } : undefined) });
      await start(subject, ada);
      await expect(start(subject, bob)).rejects.toThrow();

      expect((await look(subject, { recipient: bob })).current).toBeUndefined();
      expect((await claim(subject)).map(({ sid }) => sid)).toEqual([decided.sid]);
    });

    it("are erased by their age, and with their application", async (subject) => {
      const { store, clock, accountSid, serviceSid } = subject;
      await addApplication(subject);
      const old = newPost(subject);
      await store.posts.add([old]);
      await store.posts.settle(old, { status: "parked", error: "refused" }, clock.now);
      await store.erase(clock.now);
      expect(await store.posts.failed(accountSid)).toHaveLength(1);
      await store.erase(clock.now + 1);
      expect(await store.posts.failed(accountSid)).toEqual([]);

      await store.posts.add([newPost(subject)]);
      await store.applications.delete(accountSid, serviceSid, clock.now, operator);
      expect(await store.posts.nextDueAt()).toBeUndefined();
    });
  });
}

/** Of events, as of three processes that share a database: each has a store and a worker. */
export function postProcessContract(it: It, reopen: ReopenStore): void {
  const dead = new Promise<never>(() => {});
  const told = (requests: readonly WebhookRequest[]) =>
    requests.map(({ headers, body }) => `${headers["webhook-id"]} ${body}`).sort();

  for (const schema of ["countersign", "event-streams"] as const) {
    const webhook: EventWebhook = { url: "https://hooks.example.com/", secret: `whsec_${"A".repeat(32)}`, schema };
    itOfThree(it, reopen)(
      `no event is lost where one process is killed before it posts and one before it knows what came of it, and what comes twice has its id and its words: ${schema}`,
      async ([first, second, third]) => {
        const { accountSid, serviceSid, clock } = first;
        const working = ({ store }: Subject, send: SendWebhook) =>
          startWebhookWorker({
            ...{ store, vault: { openText: () => undefined }, send, pollMs: 1_000_000, clock: () => clock.now },
            own: { send, request: createEventRequests({ current: () => webhook, clock: () => clock.now }, store) },
          });
        const [lost, heard]: [WebhookRequest[], WebhookRequest[]] = [[], []];
        // It is killed once the receiver has everything, and never hears of it.
        const killed = working(second, (request) => {
          lost.push(request);
          return dead;
        });
        const survivor = working(third, async (request) => {
          heard.push(request);
          return { status: 204 };
        });
        first.store.react(eventReports(newSid, () => webhook));
        const change = (settings: ServiceSettings) => accepted({ ...settings, verifyEventSubscriptionEnabled: true });
        await first.store.services.update(accountSid, serviceSid, change, clock.now, operator);
        for (const recipient of [ada, bob]) await start(first, recipient);
        await check(first, { recipient: ada }, rightCode);
        // Nobody has posted anything when the first one ends.
        await first.store.close();
        void killed.run();
        await expect.poll(() => lost.length).toBe(3);
        await survivor.run();
        expect(heard).toEqual([]);
        clock.now += leaseSeconds * 1000 + 1;
        await survivor.run();
        expect(told(heard)).toEqual(told(lost));
        // One of them expires, which is told once.
        clock.now += 600_000;
        await survivor.run();
        await survivor.run();
        expect(heard.length).toBe(4);
        expect(heard.at(-1)?.body).toContain("verification.expired");
        await survivor.stop();
      },
    );
  }

  it("of an account are signed with one secret, whoever asks first, until it is rotated", async ({
    store,
    accountSid,
    clock,
  }) => {
    const secrets = () => store.serviceWebhooks.signingSecrets(accountSid, clock.now);
    const [mine, ...others] = await Promise.all([secrets(), secrets(), secrets()]);
    expect(others).toEqual([mine, mine]);
    const [first] = mine;
    await store.serviceWebhooks.rotateSigningSecret(accountSid, 60, clock.now, operator);
    const [second, former] = await secrets();
    expect([former, second === first]).toEqual([first, false]);
    clock.now += 60_000;
    expect(await secrets()).toEqual([second]);
    const { items } = await store.audit.list(accountSid, { action: "rotated" }, { size: 2 });
    expect(items).toMatchObject([{ resourceType: "signing_secret", before: null, after: null }]);
  });

  itOfThree(it, reopen)(
    "nothing that a service's webhook is to hear is lost where a process is killed before it posts and one before it knows what came of it",
    async ([first, second, third]) => {
      const { accountSid, serviceSid, clock, store } = first;
      const working = ({ store }: Subject, send: SendWebhook) =>
        startWebhookWorker({
          ...{ store, vault: { openText: () => undefined }, send, pollMs: 1_000_000, clock: () => clock.now },
          ofServices: createFactorRequests(store.serviceWebhooks, {
            clock: () => clock.now,
            signingClock: () => clock.now,
          }),
        });
      const [lost, heard]: [WebhookRequest[], WebhookRequest[]] = [[], []];
      const killed = working(second, (request) => {
        lost.push(request);
        return dead;
      });
      const survivor = working(third, async (request) => {
        heard.push(request);
        return { status: 200 };
      });
      const made = { createdAt: clock.now, updatedAt: clock.now };
      const webhook: Webhook = {
        ...{ accountSid, serviceSid, sid: newSid("YW"), friendlyName: "n", eventTypes: ["*"], status: "enabled" },
        ...{ version: "v2", webhookUrl: "https://hooks.example.com/", ...made },
      };
      await store.serviceWebhooks.create(webhook, operator);
      const entity = { accountSid, serviceSid, sid: newSid("YE"), identity: "person-of-three", ...made };
      const config = { alg: "sha1", skew: 1, codeLength: 6, timeStep: 30 } as const;
      const settings = { ...untried, factorType: "totp", friendlyName: "n", metadata: null, config } as const;
      const sids = times(8, () => newSid("YF"));
      for (const sid of sids)
        await store.factors.create(entity, { ...settings, credential: btoa(sid), sid }, clock.now, operator);
      await store.close();
      void killed.run();
      await expect.poll(() => lost.length).toBeGreaterThan(4);
      await survivor.run();
      clock.now += leaseSeconds * 1000 + 1;
      await survivor.run();
      const factorsIn = (requests: WebhookRequest[]) =>
        requests.map(({ body }) => new URLSearchParams(body).get("factor_sid"));
      expect(factorsIn(heard).sort()).toEqual(sids.toSorted());
      // What had come already comes again by its id, in the same words.
      expect(told(heard)).toEqual(expect.arrayContaining(told(lost)));
      await survivor.stop();
    },
  );
}
