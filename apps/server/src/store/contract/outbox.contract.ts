import { describe, expect } from "vitest";
import { accepted, ada, claimOne, newAttempt, newMessage, start } from "../../../test-support/store-commands.ts";
import { type It, newSid, type Subject, times } from "../../../test-support/store-subject.ts";
import type { DeliveryReport } from "../../attempts/attempt.ts";
import type { ClaimedMessage, OutboxMessage } from "../../delivery/outbox.ts";

export function outboxContract(it: It): void {
  describe("the outbox", () => {
    it("hands out a message of a committed decision, to the letter", async (subject) => {
      const { verification, attempt } = accepted(await start(subject, ada)).value;
      const message = newMessage(newAttempt(verification, attempt));

      expect(await subject.store.outbox.claim(10, 30, subject.clock.now)).toEqual([
        { ...message, tries: 1, errorCode: null },
      ]);
    });

    it("tells how many messages wait, leased ones included, and since when", async (subject) => {
      const { store, clock } = subject;
      expect(await store.outbox.waiting()).toEqual({ count: 0, oldestCreatedAt: undefined });
      await fill(subject, 3);
      const [oldest] = await store.outbox.claim(1, 30, clock.now);

      expect(await store.outbox.waiting()).toEqual({ count: 3, oldestCreatedAt: oldest?.createdAt });
    });

    it("hands out the oldest first, and no more than asked for", async (subject) => {
      const sids = await fill(subject, 6);
      const { store, clock } = subject;
      const claimed = [await store.outbox.claim(4, 30, clock.now), await store.outbox.claim(4, 30, clock.now)];

      expect(claimed.map((messages) => messages.map(({ attemptSid }) => attemptSid))).toEqual([
        sids.slice(0, 4),
        sids.slice(4),
      ]);
    });

    it("hides a claimed message until its lease ends, then hands it out again", async (subject) => {
      const { store, clock } = subject;
      const [sid] = await fill(subject, 1);
      expect(await store.outbox.claim(10, 30, clock.now)).toHaveLength(1);
      const begun = clock.now;

      expect(await store.outbox.claim(10, 30, begun + 29_999)).toEqual([]);
      expect(await store.outbox.claim(10, 30, begun + 30_001)).toMatchObject([{ attemptSid: sid }]);
      expect(await store.outbox.claim(10, 30, begun + 30_002)).toEqual([]);
    });

    it("hides a message that is leased to whoever decided", async (subject) => {
      const { store, clock } = subject;
      const { attempt } = accepted(await start(subject, ada, { leaseSeconds: 30 })).value;

      expect(await store.outbox.claim(10, 30, clock.now + 29_999)).toEqual([]);
      expect(await store.outbox.claim(10, 30, clock.now + 30_000)).toMatchObject([{ attemptSid: attempt.sid }]);
    });

    it("never hands out a message that was settled, and its attempt says how far it came", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 3);
      const [left, ...claimed] = await store.outbox.claim(10, 30, clock.now);
      const reports = [
        { status: "delivered", errorCode: null },
        { status: "failed", errorCode: "30003" },
      ] as const;
      clock.now += 1000;
      const done = claimed.map((message, index) => ({ message, report: reports[index] as DeliveryReport }));
      await store.outbox.settle(done, clock.now);
      await store.outbox.settle(done, clock.now);
      await store.outbox.settle([], clock.now);

      expect(await store.outbox.claim(10, 30, clock.now + 31_000)).toEqual([{ ...left, tries: 2 }]);
      expect(await attemptsOf(subject, claimed)).toMatchObject(
        reports.map((delivery) => ({ delivery, updatedAt: clock.now })),
      );
    });

    it("records of a message that two have handed over what the first of them settled", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 1);
      const first = await claimOne(subject);
      const second = await claimOne(subject, clock.now + 30_000);
      await store.outbox.settle([{ message: first, report: { status: "sent", errorCode: null } }], clock.now);
      await store.outbox.settle([{ message: second, report: { status: "failed", errorCode: "1" } }], clock.now);
      await store.outbox.retry([{ message: second, dueAt: clock.now, errorCode: "1" }]);

      const [attempt] = await attemptsOf(subject, [first]);
      expect(attempt?.delivery).toEqual({ status: "sent", errorCode: null });
      expect(await store.outbox.nextDueAt()).toBeUndefined();
    });

    it("records a receipt under the reference that the message was settled with, and the first end that one tells", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 2);
      const [message, other] = [await claimOne(subject), await claimOne(subject)];
      const sent: DeliveryReport = { status: "sent", errorCode: null };
      await store.outbox.settle([{ message, report: sent, reference: "smpp 1" }], clock.now);
      await store.outbox.settle([{ message: other, report: sent }], clock.now);
      const told = [];
      for (const [reference, status] of [
        ["smpp 2", "delivered"],
        ["smpp 1", "undelivered"],
        ["smpp 1", "sent"],
        ["smpp 1", "delivered"],
      ] as const) {
        told.push(await store.attempts.receive(reference, { status, errorCode: "7" }, clock.now + 1));
      }

      expect(told).toEqual(["unknown", "recorded", "repeated", "repeated"]);
      const ends = [{ delivery: { status: "undelivered", errorCode: "7" } }, { delivery: sent }];
      expect(await attemptsOf(subject, [message, other])).toMatchObject(ends);
    });

    it("tells of an attempt who took its message, at which try and when, and when its end was told", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 3);
      const claimed = [await claimOne(subject), await claimOne(subject), await claimOne(subject)];
      const [sent, delivered, failed] = claimed as [ClaimedMessage, ClaimedMessage, ClaimedMessage];
      clock.now += 1000;
      const begun = clock.now;
      const tried = { provider: "sms.example", tries: 2 };
      const report = (status: DeliveryReport["status"]): DeliveryReport => ({ status, errorCode: null });
      await store.outbox.settle(
        [
          { message: sent, report: report("sent"), reference: "smpp 1", ...tried },
          { message: delivered, report: report("delivered") },
          { message: failed, report: report("failed"), ...tried },
        ],
        clock.now,
      );
      await store.attempts.receive("smpp 1", report("delivered"), clock.now + 5000);

      const unknown = { provider: null, tries: null };
      expect(await attemptsOf(subject, [sent, delivered, failed])).toMatchObject([
        { ...tried, handedOverAt: begun, endedAt: begun + 5000 },
        { ...unknown, handedOverAt: begun, endedAt: begun },
        { ...tried, handedOverAt: null, endedAt: begun },
      ]);
    });

    it("records a receipt of years later, too", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 1);
      const message = await claimOne(subject);
      const late = clock.now + 1e11;
      await store.outbox.settle([{ message, report: { status: "sent", errorCode: null }, reference: "a" }], clock.now);
      await store.attempts.receive("a", { status: "delivered", errorCode: null }, late);

      expect(await attemptsOf(subject, [message])).toMatchObject([{ endedAt: null, updatedAt: late }]);
    });

    it("hands a message out again when its next try is due, and knows how many there were and how the last one failed", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 1);
      const message = await claimOne(subject);
      const dueAt = clock.now + 5000;
      await store.outbox.retry([{ message, dueAt, errorCode: "30003" }]);

      expect(await store.outbox.nextDueAt()).toBe(dueAt);
      expect(await store.outbox.claim(1, 30, dueAt - 1)).toEqual([]);
      expect(await store.outbox.claim(1, 30, dueAt)).toEqual([{ ...message, tries: 2, errorCode: "30003" }]);
    });

    it("lets nobody whose lease is over end that of another", async (subject) => {
      const { store, clock } = subject;
      await fill(subject, 1);
      const message = await claimOne(subject);
      await store.outbox.claim(1, 30, clock.now + 30_000);
      await store.outbox.retry([{ message, dueAt: clock.now, errorCode: "1" }]);

      expect(await store.outbox.nextDueAt()).toBe(clock.now + 60_000);
    });

    it("counts the try of whoever decided and leased it", async (subject) => {
      const { store, clock } = subject;
      await start(subject, ada, { leaseSeconds: 30 });

      expect(await store.outbox.claim(1, 30, clock.now + 30_000)).toMatchObject([{ tries: 2 }]);
    });

    it("never hands one message to two claimers, and every message to one", async (subject) => {
      const { store, clock } = subject;
      const sids = await fill(subject, 100);
      const claims = await Promise.all(times(20, () => store.outbox.claim(7, 30, clock.now)));
      const rest = await store.outbox.claim(100, 30, clock.now);

      const claimed = [...claims.flat(), ...rest].map(({ attemptSid }) => attemptSid);
      expect(claimed.toSorted()).toEqual(sids.toSorted());
    });

    it("hands out an expired message too, so that its attempt can be marked as failed", async (subject) => {
      const [sid] = await fill(subject, 1);
      subject.clock.now += 601_000;

      expect(await subject.store.outbox.claim(10, 30, subject.clock.now)).toMatchObject([{ attemptSid: sid }]);
    });

    it("holds nothing of a decision that was refused", async (subject) => {
      const { store, accountSid, clock } = subject;
      const unknown = { ...subject, serviceSid: newSid("VA") };

      expect(await start(unknown, ada)).toMatchObject({ ok: false });
      expect(await store.outbox.claim(10, 30, clock.now)).toEqual([]);
      expect((await store.attempts.count(accountSid, {})).total).toBe(0);
    });
  });
}

function attemptsOf({ store, accountSid }: Subject, messages: OutboxMessage[]) {
  return Promise.all(messages.map(({ attemptSid }) => store.attempts.fetch(accountSid, attemptSid)));
}

/** Sends to as many recipients, a second apart; the sids of their attempts. */
async function fill(subject: Subject, count: number): Promise<string[]> {
  const sids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    subject.clock.now += 1000;
    sids.push(accepted(await start(subject, `+120255${10_000 + index}`)).value.attempt.sid);
  }
  return sids;
}
