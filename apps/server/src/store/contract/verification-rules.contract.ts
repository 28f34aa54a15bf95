import { describe, expect } from "vitest";
import { ada, check, look, rightCode, start, started, wrongCode } from "./commands.contract.ts";
import type { It } from "./subject.ts";

/** The limits of a verification under parallel callers: the rules are pure, so it is the store that must not race. */
export function verificationRulesContract(it: It): void {
  describe("limits under parallel callers", () => {
    it("500 parallel wrong checks count exactly five, and the right code is refused afterwards", async (subject) => {
      const { sid } = await started(start(subject, ada));
      const targets = Array.from({ length: 500 }, (_, index) => (index % 2 ? { sid } : { recipient: ada }));
      const outcomes = await Promise.all(targets.map((target) => check(subject, target, wrongCode)));

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
      const codes = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.refusal.code));
      expect(new Set(codes)).toEqual(new Set([60202, 20404]));
      expect((await look(subject, { sid })).current).toMatchObject({ status: "max_attempts_reached", checks: 5 });
      expect(await check(subject, { recipient: ada }, rightCode)).toMatchObject({ refusal: { code: 60202 } });
      expect(await check(subject, { sid }, rightCode)).toMatchObject({ refusal: { code: 20404 } });
    });

    it("200 parallel right checks approve exactly once", async (subject) => {
      const { sid } = await started(start(subject, ada));
      const targets = Array.from({ length: 200 }, (_, index) => (index % 2 ? { sid } : { recipient: ada }));
      const outcomes = await Promise.all(targets.map((target) => check(subject, target, rightCode)));

      expect(outcomes.filter(({ ok }) => ok)).toMatchObject([{ value: { status: "approved" } }]);
      const facts = await subject.store.facts(subject.serviceSid, sid);
      expect(facts.filter(({ type }) => type === "approved")).toHaveLength(1);
      expect(await subject.store.attempts.count(subject.accountSid, {})).toEqual({ total: 1, converted: 1 });
    });

    it("50 parallel starts send five times, all for one verification", async (subject) => {
      const { store, accountSid, clock } = subject;
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => start(subject, ada)));

      const sids = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.verification.sid : []));
      expect(sids).toHaveLength(5);
      expect(new Set(sids).size).toBe(1);
      expect(await store.outbox.claim(100, 60, clock.now)).toHaveLength(5);
      expect((await store.attempts.count(accountSid, {})).total).toBe(5);
      expect((await look(subject, { recipient: ada })).current?.attempts).toHaveLength(5);
    });

    it("parallel callers on many recipients do not disturb each other's counts", async (subject) => {
      const recipients = Array.from({ length: 40 }, (_, index) => `+120255501${String(index).padStart(2, "0")}`);
      const calls = recipients.flatMap((recipient) => [
        start(subject, recipient),
        ...Array.from({ length: 3 }, () => check(subject, { recipient }, wrongCode)),
        start(subject, recipient),
      ]);
      await Promise.all(calls);

      const seen = await Promise.all(recipients.map((recipient) => look(subject, { recipient })));
      for (const { current } of seen) {
        expect(current).toMatchObject({ status: "pending", checks: 3 });
        expect(current?.attempts).toHaveLength(2);
      }
    });
  });
}
