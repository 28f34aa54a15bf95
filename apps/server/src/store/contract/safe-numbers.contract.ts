import { describe, expect } from "vitest";
import { ada, addSafe, bob, decide } from "../../../test-support/store-commands.ts";
import { type It, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import { operator } from "../../sql/resources.ts";

export function safeNumberContract(it: It): void {
  describe("the safe list", () => {
    it("has a number once, however many put it there at once, and a decision knows of it as long as it is there", async (subject) => {
      const { store, accountSid } = subject;
      const added = await Promise.all(times(20, () => addSafe(subject, ada)));
      expect(added.filter((isNew) => isNew)).toHaveLength(1);
      expect([await isSafe(subject, ada), await isSafe(subject, bob)]).toEqual([true, false]);
      const number = { accountSid, phoneNumber: ada };
      const removed = await Promise.all(times(20, () => store.safeNumbers.remove(number, operator)));
      expect(removed.filter((wasThere) => wasThere)).toHaveLength(1);
      expect(await isSafe(subject, ada)).toBe(false);
      expect(await addSafe(subject, ada)).toBe(true);
    });

    it("is an account's own", async (subject) => {
      const { store, accountSid, clock } = subject;
      const other = await newSubject(store, clock);
      await addSafe(subject, ada);
      expect(await isSafe(other, ada)).toBe(false);
      expect(await store.safeNumbers.fetch({ accountSid: other.accountSid, phoneNumber: ada })).toBeUndefined();
      expect(await store.safeNumbers.remove({ accountSid: other.accountSid, phoneNumber: ada }, operator)).toBe(false);
      const found = await store.safeNumbers.fetch({ accountSid, phoneNumber: ada });
      expect(found).toMatchObject({ phoneNumber: ada, sid: expect.stringMatching(/^GN/) });
      expect(await addSafe(other, ada)).toBe(true);
    });

    it("is kept when what ended is erased, and is counted and listed over its pages, newest first", async (subject) => {
      const { store, accountSid, clock } = subject;
      const numbers = times(5, (index) => `+1202555${1000 + index}`);
      for (const [index, number] of numbers.entries()) await addSafe(subject, number, index);
      await store.erase(clock.now + 1);
      const first = await store.safeNumbers.list(accountSid, { size: 3 });
      const last = first.items.at(-1);
      const from = { direction: "after", createdAt: last?.createdAt ?? 0, sid: last?.sid ?? "" } as const;
      const rest = await store.safeNumbers.list(accountSid, { size: 3, from });
      expect([...first.items, ...rest.items].map(({ phoneNumber }) => phoneNumber)).toEqual(numbers.reverse());
      expect([first.hasNext, rest.hasNext, await store.safeNumbers.count(accountSid)]).toEqual([true, false, 5]);
    });
  });
}

function isSafe(subject: Subject, phoneNumber: string): Promise<boolean> {
  const safe = subject.store.safeNumbers.hashOf(phoneNumber);
  return decide<boolean>(subject, { recipient: phoneNumber }, ({ guard }) => ({ outcome: guard.isSafe(safe) }), {
    guard: { counters: [], prefixes: [], recipients: [], safe: [safe] },
  });
}
