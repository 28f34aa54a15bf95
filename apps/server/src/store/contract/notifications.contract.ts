import { describe, expect } from "vitest";
import { answerPhone, challengePhone, enrolPhone } from "../../../test-support/pushes.ts";
import { type It, newSid, type Subject, times } from "../../../test-support/store-subject.ts";
import type { Challenge } from "../../challenges/challenge.ts";
import { operator } from "../../sql/resources.ts";

const ask = ({ store }: Subject, challenge: Pick<Challenge, "accountSid" | "serviceSid" | "identity" | "sid">) =>
  store.notifications.create(challenge, challenge.sid, { sid: newSid("NT"), ttlSeconds: 60 });
const due = ({ store, clock }: Subject) => store.notifications.claim(100, 60, clock.now);

export function notificationContract(it: It): void {
  describe("notifications", () => {
    it("wait from the moment that a phone is challenged, under a lease of whoever sends them, until they are over", async (subject) => {
      const { store, clock } = subject;
      const phone = await enrolPhone(subject);
      await challengePhone(subject, await enrolPhone(subject, "none"));
      const { sid: challengeSid, accountSid, serviceSid, entitySid } = await challengePhone(subject, phone);
      const [first, ...others] = await due(subject);
      expect(others).toEqual([]);
      expect(first).toEqual({
        ...{ accountSid, serviceSid, entitySid, challengeSid, factorSid: phone.sid, sid: first?.sid },
        ...{ isRequested: false, ttlSeconds: 300, status: "queued", tries: 1, errorCode: null },
        ...{ createdAt: clock.now, expiresAt: clock.now + 300_000 },
      });
      expect(await due(subject)).toEqual([]);
      clock.now += 60_000;
      const [again] = await due(subject);
      expect(again).toMatchObject({ sid: first?.sid, tries: 2 });
      // Whoever had it before tells too late.
      if (first) await store.notifications.settle(first, { status: "sent", errorCode: null });
      clock.now += 60_000;
      const [last] = await due(subject);
      if (last) await store.notifications.settle(last, { status: "failed", errorCode: "UNREGISTERED" });
      clock.now += 600_000;
      expect([last?.tries, await store.notifications.nextDueAt()]).toEqual([3, undefined]);
    });

    it("are asked for three times of a challenge, however many ask at once", async (subject) => {
      const challenge = await challengePhone(subject, await enrolPhone(subject, "apn"));
      const asked = await Promise.all(times(50, () => ask(subject, challenge)));
      expect(asked.filter((made) => made?.ok)).toHaveLength(3);
      const refusals = asked.flatMap((made) => (made && !made.ok ? [made.refusal] : []));
      expect(new Set(refusals.map(({ code, retryAfterSeconds }) => `${code} ${retryAfterSeconds}`))).toEqual(
        new Set(["60309 300"]),
      );
      expect(await due(subject)).toHaveLength(4);
      const other = await challengePhone(subject, await enrolPhone(subject));
      expect(await ask(subject, other)).toMatchObject({ ok: true });
    });

    it("are for the pending challenges of phones that take them, and of one's own account", async (subject) => {
      const { clock } = subject;
      const codeOf = async (challenge: Challenge, whose: Partial<Challenge> = {}) => {
        const made = await ask(subject, { ...challenge, ...whose });
        return made && (made.ok ? "made" : made.refusal.code);
      };
      const phone = await enrolPhone(subject);
      const challenge = await challengePhone(subject, phone);
      expect(await codeOf(challenge, { accountSid: newSid("AC") })).toBeUndefined();
      expect(await codeOf(challenge, { sid: newSid("YC") })).toBeUndefined();
      expect(await codeOf(await challengePhone(subject, await enrolPhone(subject, "none")))).toBe(60307);
      const answered = await challengePhone(subject, phone);
      await answerPhone(subject, answered);
      expect(await codeOf(answered)).toBe(60322);
      expect(await codeOf(challenge)).toBe("made");
      clock.now += 300_000;
      expect(await codeOf(challenge)).toBe(60323);
    });

    it("go with their factor, their entity and their service, and after 30 days", async (subject) => {
      const { store, clock, accountSid, serviceSid } = subject;
      const phones = await Promise.all(times(3, () => enrolPhone(subject)));
      const [one, other] = phones as [(typeof phones)[0], (typeof phones)[0]];
      for (const phone of phones) await challengePhone(subject, phone);
      const count = async () => {
        clock.now += 61_000;
        return (await due(subject)).length;
      };
      expect(await count()).toBe(3);
      await store.factors.delete(one, clock.now, operator);
      expect(await count()).toBe(2);
      await store.entities.delete(other, operator);
      expect(await count()).toBe(1);
      await store.erase(clock.now);
      expect(await count()).toBe(0);
      await challengePhone(subject, phones[2] as typeof one);
      await store.services.delete(accountSid, serviceSid, operator);
      expect(await count()).toBe(0);
    });

    it("leave a mark at the phone whose token stands for nothing any more, unless it has another", async (subject) => {
      const { store, clock } = subject;
      const phone = await enrolPhone(subject);
      const token = phone.credential?.notificationToken ?? "";
      const marked = async (given: string) => {
        await store.notifications.tokenGone(phone, given);
        const credential = (await store.factors.fetch(phone, clock.now))?.credential;
        return credential && typeof credential === "object" && "goneToken" in credential;
      };
      expect(await marked("another")).toBe(false);
      expect(await marked(token)).toBe(true);
    });
  });
}
