import { describe, expect } from "vitest";
import { ada, bob, check, look, rightCode, start, started } from "../../../test-support/store-commands.ts";
import { type It, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import { operator } from "../../sql/resources.ts";

export function erasureContract(it: It): void {
  describe("erasing a person", () => {
    it("ends what is pending of him, and leaves nothing that waits for him; others and other accounts are as before", async (subject) => {
      const { store, clock } = subject;
      const other = await newSubject(store, clock);
      for (const [scope, recipient] of [
        [subject, ada],
        [subject, bob],
        [other, ada],
      ] as const)
        await start(scope, recipient);
      expect(await erase(subject, ada)).toMatchObject({ verifications: 1, attempts: 1, messages: 1 });

      expect(await check(subject, { recipient: ada }, rightCode)).toMatchObject({
        ok: false,
        refusal: { code: 20404 },
      });
      expect(
        (await store.attempts.list(subject.accountSid, {}, { size: 9 })).items.map(({ recipient }) => recipient),
      ).toEqual([bob]);
      const waiting = await store.outbox.claim(9, 30, clock.now);
      expect(waiting.map(({ accountSid }) => accountSid).sort()).toEqual([subject.accountSid, other.accountSid].sort());
      for (const [scope, recipient] of [
        [subject, bob],
        [other, ada],
      ] as const) {
        expect((await look(scope, { recipient })).current?.status).toBe("pending");
      }
      expect(await erase(subject, ada)).toMatchObject({ verifications: 0, attempts: 0, messages: 0 });
    });

    it("makes him a stranger, who can come back", async (subject) => {
      const { sid } = await started(start(subject, ada));
      await erase(subject, ada);
      const again = await started(start(subject, ada));
      expect(again.sid).not.toBe(sid);
      expect((await check(subject, { recipient: ada }, rightCode)).ok).toBe(true);
    });

    it("finds him among many, whenever it was", async (subject) => {
      const { store, accountSid, clock } = subject;
      await start(subject, ada);
      for (const _ of times(11, () => 0)) {
        clock.now += 60_000;
        await Promise.all(times(50, (index) => start(subject, `+1202555${1000 + index}`)));
        clock.now += 600_000;
      }
      await start(subject, ada);
      expect(await erase(subject, ada)).toMatchObject({ verifications: 2, attempts: 2 });
      expect(await store.attempts.count(accountSid, {})).toMatchObject({ total: 550 });
    });

    it("leaves an entry in the trail that names nobody", async (subject) => {
      await start(subject, ada);
      await erase(subject, ada);
      const { items } = await subject.store.audit.list(subject.accountSid, { action: "erased" }, { size: 9 });
      expect(items).toMatchObject([{ actor: "operator", resourceType: "person", resourceSid: null, after: null }]);
      expect(items[0]?.before).toMatchObject({ verifications: 1 });
      expect(JSON.stringify(items)).not.toContain(ada.slice(2));
    });

    it("and decisions on him at the same time come one after the other, and nothing is left of an ended one", async (subject) => {
      const { store, accountSid } = subject;
      const { sid } = await started(start(subject, ada));
      const [, ...answers] = await Promise.all([
        erase(subject, ada),
        ...times(20, () => check(subject, { sid }, rightCode)),
      ]);
      expect(answers.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
      expect((await look(subject, { sid })).current).toBeUndefined();
      expect(await store.attempts.count(accountSid, { recipient: ada })).toMatchObject({ total: 0 });
    });
  });
}

function erase({ store, accountSid }: Subject, recipient: string) {
  return store.erasePerson({ accountSid, recipient, hashesOf: (text) => [`hash of ${text}`] }, operator);
}
