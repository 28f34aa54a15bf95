import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accepted, end, newAttempt, newMessage, start } from "../../test-support/store-commands.ts";
import { newSubject, type Subject } from "../../test-support/store-subject.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { OutboxMessage } from "./outbox.ts";
import { leaseSeconds, triesMax } from "./policy.ts";
import type { Delivered, Routed } from "./routing.ts";
import { createDeliveryWorker, type DeliveryOptions, type Tried } from "./worker.ts";

const content = { to: "+12025550123", channel: "sms", code: "123456" } as DeliverableMessage;
/** What is sealed names the verification. */
const vault: DeliveryOptions["vault"] = {
  openText: (sealed) => JSON.stringify({ ...content, verificationSid: sealed.slice("sealed-".length) }),
  matches: () => true,
};
const retry = { status: "retry", errorCode: "30003" } as const;
let subject: Subject;

beforeEach(async () => {
  const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
  subject = await newSubject(await openSqliteStore({ path: ":memory:", clock: () => clock.now }), clock);
});
afterEach(() => subject.store.close());

describe("a message", () => {
  test("that a channel takes is settled once, and its attempt says so", async () => {
    const sids = await send(3);
    const { given, drain } = worker([
      { status: "sent" },
      { status: "delivered" },
      { status: "failed", errorCode: "9" },
    ]);
    await drain();
    await drain();

    expect(given).toEqual(sids);
    expect(await reports(sids)).toEqual(["sent null", "delivered null", "failed 9"]);
    expect(await tried(sids)).toEqual(["sms.example 1", "sms.example 1", "sms.example 1"]);
    expect(await subject.store.outbox.nextDueAt()).toBeUndefined();
  });

  test("that another provider takes leaves each one that could not in the log and the figures", async () => {
    const [message] = await leased(2);
    if (!message) throw new Error("nothing was sent");
    const passed = [{ provider: "twilio a", errorCode: "20003" }];
    const [tried, lines]: [Tried[], unknown[]] = [[], []];
    const note = (details: object, text: string) => void lines.push([text, details]);
    const { handOver } = worker([{ status: "sent", passed }], {
      observe: (each) => tried.push(each),
      log: { info: note, warn: note, error: note },
    });
    await handOver(message, content);
    expect(tried).toEqual([
      { channel: "sms", result: "retry", provider: "twilio a", errorCode: "20003" },
      { channel: "sms", result: "sent", provider: "sms.example", errorCode: null },
    ]);
    const { attemptSid } = message;
    expect(lines).toEqual([
      [
        "a provider could not take a message, and another was asked",
        { attemptSid, channel: "sms", tries: 1, provider: "twilio a", errorCode: "20003" },
      ],
    ]);
  });

  test("that is handed over at once is given to no worker, also while its channel takes long", async () => {
    const [message] = await leased(1);
    if (!message) throw new Error("nothing was sent");
    const [first, other] = [worker([{ status: "sent" }]), worker([])];
    const handing = first.handOver(message, content);
    await other.drain();
    await handing;

    expect([first.given.length, other.given.length]).toEqual([1, 0]);
    expect(await reports([message.attemptSid])).toEqual(["sent null"]);
  });

  test("whose providers are paused waits for as long as its code lives, and no try of it is counted", async () => {
    const sids = await send(1);
    const paused = { status: "retry", errorCode: "paused", isUntried: true } as const;
    const looks = 40;
    const { given, drain } = worker([retry, ...Array.from({ length: looks }, () => paused), { status: "sent" }]);
    const begun = subject.clock.now;
    for (let dueAt: number | undefined = begun; dueAt; dueAt = await subject.store.outbox.nextDueAt()) {
      subject.clock.now = dueAt;
      await drain();
    }
    expect(given).toHaveLength(looks + 2);
    expect(await reports(sids)).toEqual(["sent null"]);
    expect(await tried(sids)).toEqual(["sms.example 2"]);

    const [other = ""] = await send(1);
    const never = worker(Array.from({ length: 200 }, () => paused));
    for (let dueAt = await subject.store.outbox.nextDueAt(); dueAt; dueAt = await subject.store.outbox.nextDueAt()) {
      subject.clock.now = dueAt;
      await never.drain();
    }
    expect(await reports([other])).toEqual(["failed expired"]);
  });

  test("security 22: is retried with waits that double, as long as its code lives, and its attempt ends with the error code", async () => {
    const sids = await send(1);
    const tried: Tried[] = [];
    const { given, drain } = worker([], { random: () => 0, observe: (each) => tried.push(each) });
    const begun = subject.clock.now;
    const waits: number[] = [];
    for (let dueAt: number | undefined = begun; dueAt; dueAt = await subject.store.outbox.nextDueAt()) {
      waits.push(Math.round((dueAt - subject.clock.now) / 1000));
      subject.clock.now = dueAt;
      expect(await reports(sids)).toEqual(["queued null"]);
      await drain();
    }

    expect(waits).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(given).toHaveLength(triesMax);
    expect(subject.clock.now - begun).toBeLessThan(600_000);
    expect(await reports(sids)).toEqual(["failed 30003"]);
    expect(tried.map(({ result }) => result)).toEqual([...Array(triesMax - 1).fill("retry"), "failed"]);
  });

  test("waits as long as its provider asks, and not beyond the life of its code", async () => {
    const sids = await send(1);
    const { drain } = worker([
      { ...retry, retryAfterSeconds: 90 },
      { ...retry, retryAfterSeconds: 3600 },
    ]);
    await drain();
    const dueAt = (await subject.store.outbox.nextDueAt()) ?? 0;
    expect(dueAt - subject.clock.now).toBe(90_000);
    subject.clock.now = dueAt;
    await drain();
    expect(await reports(sids)).toEqual(["failed 30003"]);
  });

  test("what failed together does not come back together", async () => {
    await send(20);
    await worker([]).drain();
    const messages = await subject.store.outbox.claim(100, 30, subject.clock.now + 999);
    const later = await subject.store.outbox.claim(100, 30, subject.clock.now + 1_250);
    expect(messages).toEqual([]);
    expect(later.length).toBeGreaterThan(0);
    expect(later.length).toBeLessThan(20);
  });

  test("whose code is worthless is not sent, and its attempt is marked", async () => {
    const [one, ...more] = await send(2);
    const { given, drain } = worker([retry]);
    await subject.store.outbox.claim(1, 1, subject.clock.now);
    await drain();
    subject.clock.now += 600_000;
    await drain();

    expect(given).toEqual(more);
    expect(await reports([one ?? "", ...more])).toEqual(["failed expired", "failed 30003"]);
  });

  test("that was sealed with a secret that is gone holds up no other", async () => {
    const sids = await send(1);
    const { given, drain } = worker([], { vault: { ...vault, openText: () => undefined } });
    await drain();
    expect([given, await reports(sids)]).toEqual([[], ["failed unreadable"]]);
  });

  test("whose every try ended with its process is given to no channel any more", async () => {
    const sids = await send(1);
    for (let process = 1; process <= triesMax; process += 1) {
      expect(await subject.store.outbox.claim(1, 1, subject.clock.now)).toHaveLength(1);
      subject.clock.now += 1_000;
    }
    const { given, drain } = worker([]);
    await drain();
    expect([given, await reports(sids)]).toEqual([[], ["failed unknown"]]);
  });

  test("that a channel takes without an answer is repeated no more often than the policy", async () => {
    await send(1);
    const taken: string[] = [];
    const { drain } = worker([], {
      async carry({ attemptSid }) {
        taken.push(attemptSid);
        return { status: "retry", errorCode: "ETIMEDOUT" };
      },
    });
    for (let round = 0; round < 100; round += 1) {
      await drain();
      subject.clock.now = (await subject.store.outbox.nextDueAt()) ?? subject.clock.now;
    }
    expect(taken.length).toBeGreaterThan(1);
    expect(taken.length).toBeLessThanOrEqual(triesMax);
  });
});

test("many workers share the work: each message is given to a channel once", async () => {
  const sids = await send(500);
  const workers = Array.from({ length: 5 }, () => worker(Array(500).fill({ status: "sent" })));
  await Promise.all(workers.map(({ drain }) => drain()));
  expect(workers.flatMap(({ given }) => given).toSorted()).toEqual(sids.toSorted());
});

test("what was handed over while the database is gone is recorded when it is back, and not sent again", async () => {
  const sids = await send(1);
  const { outbox } = subject.store;
  let isGone = true;
  const settle: Store["outbox"]["settle"] = async (...given) => {
    if (isGone) throw new StoreUnavailableError("gone");
    return outbox.settle(...given);
  };
  const { given, drain } = worker([{ status: "sent" }], { store: { ...subject.store, outbox: { ...outbox, settle } } });
  const draining = drain();
  await expect.poll(() => given.length).toBe(1);
  isGone = false;
  await draining;
  expect(given).toHaveLength(1);
  expect(await reports(sids)).toEqual(["sent null"]);
});

test("a message that waited too long for its turn is left to whoever claims it", async () => {
  const [message] = await leased(1);
  if (!message) throw new Error("nothing was sent");
  subject.clock.now += 11_000;
  const { given, handOver, drain } = worker([{ status: "sent" }]);
  await handOver(message, content);
  expect(given).toEqual([]);
  await drain();
  expect(given).toEqual([message.attemptSid]);
});

test("security 34: a message that waited for its turn is not sent once its verification has ended", async () => {
  const messages = await leased(201);
  const last = messages.at(-1) as OutboxMessage;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { given, handOver } = worker([], {
    async carry({ attemptSid }) {
      given.push(attemptSid);
      await finished;
      return { status: "sent" };
    },
  });
  const handing = messages.map((message) =>
    handOver(message, { ...content, verificationSid: message.sealed.slice("sealed-".length) }),
  );
  await end(subject, { recipient: "+12025510200" }, "canceled");
  finish();
  await Promise.all(handing);

  expect(given).toHaveLength(200);
  expect(await reports([last.attemptSid])).toEqual(["failed canceled"]);
});

test("security 24: stop waits for what is under way, and leaves the rest in the outbox", async () => {
  const [one, two] = await leased(2);
  if (!one || !two) throw new Error("nothing was sent");
  let finish: (delivered: Delivered) => void = () => {};
  const { handOver, stop, drain } = worker([], {
    carry: () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  });
  const handing = handOver(one, content);
  await new Promise((resolve) => setImmediate(resolve));
  const stopping = stop();
  await handOver(two, content);
  finish({ status: "sent" });
  await Promise.all([handing, stopping, drain()]);

  expect(await reports([one.attemptSid, two.attemptSid])).toEqual(["sent null", "queued null"]);
  expect(await subject.store.outbox.nextDueAt()).toBe(subject.clock.now);
});

/** A worker whose channel gives these answers, and then asks for a retry. */
function worker(answers: Routed[], options: Partial<DeliveryOptions> = {}) {
  const given: string[] = [];
  const left = [...answers];
  const made = createDeliveryWorker({
    store: subject.store,
    vault,
    clock: () => subject.clock.now,
    async carry({ attemptSid }) {
      given.push(attemptSid);
      return { ...(left.shift() ?? retry), provider: "sms.example" };
    },
    ...options,
  });
  return { ...made, given };
}

/** Starts as many verifications; the sids of their attempts. */
async function send(count: number): Promise<string[]> {
  return (await outboxOf(count, 0)).map(({ attemptSid }) => attemptSid);
}

function leased(count: number): Promise<OutboxMessage[]> {
  return outboxOf(count, leaseSeconds);
}

async function outboxOf(count: number, seconds: number): Promise<OutboxMessage[]> {
  const messages: OutboxMessage[] = [];
  for (let index = 0; index < count; index += 1) {
    const started = accepted(await start(subject, `+120255${10_000 + index}`, { leaseSeconds: seconds })).value;
    messages.push(newMessage(newAttempt(started.verification, started.attempt)));
    if (count < 10) subject.clock.now += 1;
  }
  return messages;
}

async function reports(sids: string[]): Promise<string[]> {
  return (await attemptsOf(sids)).map((attempt) => `${attempt?.delivery.status} ${attempt?.delivery.errorCode}`);
}

/** By whom they were tried, and how often. */
async function tried(sids: string[]): Promise<string[]> {
  return (await attemptsOf(sids)).map((attempt) => `${attempt?.provider} ${attempt?.tries}`);
}

function attemptsOf(sids: string[]) {
  return Promise.all(sids.map((sid) => subject.store.attempts.fetch(subject.accountSid, sid)));
}
