import { describe, expect, it } from "vitest";
import type { WebhookDelivery } from "../../application-ports.ts";
import { newApplication } from "./applications.ts";
import { ada } from "./commands.ts";
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
