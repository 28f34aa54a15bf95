import { describe, expect, it } from "vitest";
import type { Attempt, DeliveryReport } from "../../attempts/attempt.ts";
import type { HandedOver } from "../../delivery/outbox.ts";
import type { WebhookDelivery } from "../../events/posts.ts";
import { newApplication } from "./applications.contract.ts";
import { ada, bob, start } from "./commands.contract.ts";
import { type Given, newSid, type Subject } from "./subject.ts";

const leaseSeconds = 60;

export function deliveryContract(given: Given): void {
  const newDelivery = ({ accountSid, serviceSid, clock }: Subject): WebhookDelivery => ({
    accountSid,
    serviceSid,
    sid: newSid("WD"),
    webhookId: "WH_1",
    payload: { event: "phone_verification_started", objects: { note: "é ✓" } },
    createdAt: clock.now,
  });
  const claim = ({ store, clock }: Subject, limit = 10) => store.deliveries.claim(limit, leaseSeconds, clock.now);

  describe("deliveries to webhooks", () => {
    it(
      "are due at once, and again when their lease ends; each time counts",
      given(async (subject) => {
        const { store, clock } = subject;
        const delivery = newDelivery(subject);
        expect(await store.deliveries.nextDueAt()).toBeUndefined();
        await store.deliveries.add([delivery]);

        expect(await store.deliveries.nextDueAt()).toBe(clock.now);
        expect(await claim(subject)).toEqual([{ ...delivery, tries: 1 }]);
        expect(await store.deliveries.nextDueAt()).toBe(clock.now + leaseSeconds * 1000);
        clock.now += leaseSeconds * 1000 - 1;
        expect(await claim(subject)).toEqual([]);
        clock.now += 1;
        expect(await claim(subject)).toEqual([{ ...delivery, tries: 2 }]);
      }),
    );

    it(
      "are claimed by one worker each, the longest due first",
      given(async (subject) => {
        const deliveries = Array.from({ length: 6 }, () => {
          subject.clock.now += 1;
          return newDelivery(subject);
        });
        for (const delivery of deliveries.toReversed()) await subject.store.deliveries.add([delivery]);

        const claims = await Promise.all([claim(subject, 2), claim(subject, 2), claim(subject, 2)]);
        const sids = claims.flat().map(({ sid }) => sid);
        expect(new Set(sids).size).toBe(6);
        expect(claims[0]?.map(({ sid }) => sid)).toEqual(deliveries.slice(0, 2).map(({ sid }) => sid));
      }),
    );

    it(
      "are gone when they are done, come back when they are to be tried again, and are kept when they are given up",
      given(async (subject) => {
        const { store, clock, accountSid } = subject;
        const [done, again, lost] = [newDelivery(subject), newDelivery(subject), newDelivery(subject)];
        await store.deliveries.add([done, again, lost]);
        await claim(subject);
        await store.deliveries.settle(done, { status: "done" });
        await store.deliveries.settle(again, { status: "retry", at: clock.now + 5000, error: "HTTP 500" });
        await store.deliveries.settle(lost, { status: "parked", at: clock.now, error: "refused" });

        expect(await store.deliveries.nextDueAt()).toBe(clock.now + 5000);
        expect(await store.deliveries.parked(accountSid)).toEqual([
          { ...lost, tries: 1, parkedAt: clock.now, error: "refused" },
        ]);
        expect(await store.deliveries.parked(newSid("AC"))).toEqual([]);
        clock.now += leaseSeconds * 10_000;
        expect((await claim(subject)).map(({ sid }) => sid)).toEqual([again.sid]);
      }),
    );

    it(
      "that were given up are counted, and one is tried from the beginning when somebody wants it",
      given(async (subject) => {
        const { store, clock, accountSid } = subject;
        const [lost, other] = [newDelivery(subject), newDelivery(subject)];
        await store.deliveries.add([lost, other]);
        await claim(subject);
        expect(await store.deliveries.unpark(lost.sid, clock.now), "it waits").toBe(false);
        for (const each of [lost, other]) {
          await store.deliveries.settle(each, { status: "parked", at: clock.now, error: "refused" });
        }

        expect(await store.deliveries.parkedCount()).toBe(2);
        clock.now += 1000;
        expect(await store.deliveries.unpark(lost.sid, clock.now)).toBe(true);
        expect(await claim(subject)).toEqual([{ ...lost, tries: 1 }]);
        expect(await store.deliveries.parked(accountSid)).toMatchObject([{ sid: other.sid }]);
        expect(await store.deliveries.parkedCount()).toBe(1);
      }),
    );

    it(
      "come with the end of an attempt, once",
      given(async (subject) => {
        const { store, clock, accountSid } = subject;
        for (const recipient of [ada, bob]) await start(subject, recipient);
        const [sent, failed] = await store.outbox.claim(2, 30, clock.now);
        if (!sent || !failed) throw new Error("nothing was claimed");
        const asked: string[] = [];
        const deliveriesOf = ({ sid, delivery: { status } }: Attempt) => {
          asked.push(`${sid} ${status}`);
          return status === "sent" ? [] : [newDelivery(subject)];
        };
        const done: HandedOver[] = [
          { message: sent, report: { status: "sent", errorCode: null }, reference: "smpp 1" },
          { message: failed, report: { status: "failed", errorCode: "1" } },
        ];
        const receive = (status: DeliveryReport["status"]) =>
          store.attempts.receive("smpp 1", { status, errorCode: null }, clock.now, deliveriesOf);
        for (let time = 0; time < 2; time += 1) await store.outbox.settle(done, clock.now, deliveriesOf);
        expect(await claim(subject)).toHaveLength(1);

        const told = await Promise.all([receive("delivered"), receive("undelivered"), receive("delivered")]);
        expect(told).toEqual([true, true, true]);
        expect(await claim(subject)).toHaveLength(1);
        const attempt = await store.attempts.fetch(accountSid, sent.attemptSid);
        const ends = [`${sent.attemptSid} sent`, `${sent.attemptSid} ${attempt?.delivery.status}`];
        expect(asked.toSorted()).toEqual([...ends, `${failed.attemptSid} failed`].toSorted());
      }),
    );

    it(
      "and the end of an attempt are both on disk, or neither is",
      given(async (subject) => {
        const { store, clock, accountSid } = subject;
        await start(subject, ada);
        const [message] = await store.outbox.claim(1, 30, clock.now);
        if (!message) throw new Error("nothing was claimed");
        const known = newDelivery(subject);
        await store.deliveries.add([known]);
        const settle = (status: "sent" | "failed", deliveriesOf?: () => WebhookDelivery[]) =>
          store.outbox.settle(
            [{ message, report: { status, errorCode: null }, reference: "smpp 1" }],
            clock.now,
            deliveriesOf,
          );
        const statusOf = async () => (await store.attempts.fetch(accountSid, message.attemptSid))?.delivery.status;

        await expect(settle("failed", () => [known])).rejects.toThrow();
        expect([await statusOf(), (await store.outbox.waiting()).count]).toEqual(["queued", 1]);
        await settle("sent");
        const report = { status: "delivered", errorCode: null } as const;
        await expect(store.attempts.receive("smpp 1", report, clock.now, () => [known])).rejects.toThrow();
        expect(await statusOf()).toBe("sent");
      }),
    );

    it(
      "come with a decision, or not at all",
      given(async (subject) => {
        const { store, accountSid, serviceSid } = subject;
        const decided = newDelivery(subject);
        const command = { accountSid, serviceSid, target: { recipient: ada } };
        await store.decide({ ...command, decide: () => ({ outcome: "ok", deliveries: [decided] }) });
        const failed = store.decide({ ...command, decide: () => ({ outcome: "no", deliveries: [decided] }) });

        await expect(failed).rejects.toThrow();
        expect((await claim(subject)).map(({ sid }) => sid)).toEqual([decided.sid]);
      }),
    );

    it(
      "are erased by their age, and with their application",
      given(async (subject) => {
        const { store, clock, accountSid, serviceSid } = subject;
        await store.applications.create(newApplication(subject));
        const old = newDelivery(subject);
        await store.deliveries.add([old]);
        await store.deliveries.settle(old, { status: "parked", at: clock.now, error: "refused" });
        await store.erase(clock.now);
        expect(await store.deliveries.parked(accountSid)).toHaveLength(1);
        await store.erase(clock.now + 1);
        expect(await store.deliveries.parked(accountSid)).toEqual([]);

        await store.deliveries.add([newDelivery(subject)]);
        await store.applications.delete(accountSid, serviceSid, clock.now);
        expect(await store.deliveries.nextDueAt()).toBeUndefined();
      }),
    );
  });
}
