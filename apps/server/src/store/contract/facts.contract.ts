import { describe, expect } from "vitest";
import { ada, bob, check, rightCode, start, started, wrongCode } from "./commands.contract.ts";
import { type It, newSubject } from "./subject.ts";

export function factContract(it: It): void {
  describe("events", () => {
    it("come in the order in which they happened, also within one millisecond and within one batch", async (subject) => {
      const { store, serviceSid } = subject;
      const { sid } = await started(start(subject, ada));
      await check(subject, { sid }, wrongCode);
      await Promise.all([
        start(subject, ada),
        start(subject, bob),
        check(subject, { recipient: ada }, wrongCode),
        check(subject, { sid }, rightCode),
      ]);

      const facts = await store.facts(serviceSid, sid);
      expect(facts.map(({ type }) => type)).toEqual([
        "started",
        "sent",
        "check_refused",
        "sent",
        "check_refused",
        "approved",
      ]);
    });

    it("are kept to the letter, each with its time", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const begun = clock.now;
      const { sid } = await started(start(subject, ada));
      clock.now += 1000;
      await check(subject, { sid }, wrongCode);

      const fact = { accountSid, serviceSid, verificationSid: sid };
      expect(await store.facts(serviceSid, sid)).toEqual([
        { ...fact, at: begun, type: "started" },
        { ...fact, at: begun, type: "sent" },
        { ...fact, at: begun + 1000, type: "check_refused" },
      ]);
    });

    it("belong to one verification of one service", async (subject) => {
      const { store, serviceSid } = subject;
      const foreign = await newSubject(store, subject.clock);
      const { sid } = await started(start(subject, ada));
      const other = await started(start(subject, bob));
      await check(subject, { sid: other.sid }, rightCode);

      expect(await store.facts(serviceSid, sid)).toHaveLength(2);
      expect(await store.facts(foreign.serviceSid, sid)).toEqual([]);
    });
  });
}
