import { describe, expect, it } from "vitest";
import type { DeliveryReport } from "../../ports.ts";
import { accepted, ada, newAttempt, newMessage, start } from "./commands.ts";
import { type Given, newSid, type Subject } from "./subject.ts";

export function outboxContract(given: Given): void {
  describe("the outbox", () => {
    it(
      "hands out a message of a committed decision, to the letter",
      given(async (subject) => {
        const { verification, attempt } = accepted(await start(subject, ada)).value;
        const message = newMessage(newAttempt(verification, attempt, "US"));

        expect(await subject.store.outbox.claim(10, 30, subject.clock.now)).toEqual([message]);
      }),
    );

    it(
      "hands out the oldest first, and no more than asked for",
      given(async (subject) => {
        const sids = await fill(subject, 6);
        const { store, clock } = subject;
        const claimed = [await store.outbox.claim(4, 30, clock.now), await store.outbox.claim(4, 30, clock.now)];

        expect(claimed.map((messages) => messages.map(({ attemptSid }) => attemptSid))).toEqual([
          sids.slice(0, 4),
          sids.slice(4),
        ]);
      }),
    );

    it(
      "hides a claimed message until its lease ends, then hands it out again",
      given(async (subject) => {
        const { store, clock } = subject;
        const [sid] = await fill(subject, 1);
        expect(await store.outbox.claim(10, 30, clock.now)).toHaveLength(1);
        const begun = clock.now;

        expect(await store.outbox.claim(10, 30, begun + 29_999)).toEqual([]);
        expect(await store.outbox.claim(10, 30, begun + 30_001)).toMatchObject([{ attemptSid: sid }]);
        expect(await store.outbox.claim(10, 30, begun + 30_002)).toEqual([]);
      }),
    );

    it(
      "hides a message that is leased to whoever decided",
      given(async (subject) => {
        const { store, clock } = subject;
        const { attempt } = accepted(await start(subject, ada, { leaseSeconds: 30 })).value;

        expect(await store.outbox.claim(10, 30, clock.now + 29_999)).toEqual([]);
        expect(await store.outbox.claim(10, 30, clock.now + 30_000)).toMatchObject([{ attemptSid: attempt.sid }]);
      }),
    );

    it(
      "never hands out a message that was settled, and its attempt says how far it came",
      given(async (subject) => {
        const { store, accountSid, clock } = subject;
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

        expect(await store.outbox.claim(10, 30, clock.now + 31_000)).toEqual([left]);
        const attempts = await Promise.all(
          claimed.map(({ attemptSid }) => store.attempts.fetch(accountSid, attemptSid)),
        );
        expect(attempts).toMatchObject(reports.map((delivery) => ({ delivery, updatedAt: clock.now })));
      }),
    );

    it(
      "never hands one message to two claimers, and every message to one",
      given(async (subject) => {
        const { store, clock } = subject;
        const sids = await fill(subject, 100);
        const claims = await Promise.all(Array.from({ length: 20 }, () => store.outbox.claim(7, 30, clock.now)));
        const rest = await store.outbox.claim(100, 30, clock.now);

        const claimed = [...claims.flat(), ...rest].map(({ attemptSid }) => attemptSid);
        expect(claimed.toSorted()).toEqual(sids.toSorted());
      }),
    );

    it(
      "hands out an expired message too, so that its attempt can be marked as failed",
      given(async (subject) => {
        const [sid] = await fill(subject, 1);
        subject.clock.now += 601_000;

        expect(await subject.store.outbox.claim(10, 30, subject.clock.now)).toMatchObject([{ attemptSid: sid }]);
      }),
    );

    it(
      "holds nothing of a decision that was refused",
      given(async (subject) => {
        const { store, accountSid, clock } = subject;
        const unknown = { ...subject, serviceSid: newSid("VA") };

        expect(await start(unknown, ada)).toMatchObject({ ok: false });
        expect(await store.outbox.claim(10, 30, clock.now)).toEqual([]);
        expect((await store.attempts.count(accountSid, {})).total).toBe(0);
      }),
    );
  });
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
