import { describe, expect } from "vitest";
import { type It, newSubject, type Subject } from "./subject.ts";

const twoAMinute = [{ requestsMax: 2, seconds: 60 }];

export function requestContract(it: It): void {
  const count = ({ store, accountSid, clock }: Subject, name: string, limits = twoAMinute) =>
    store.requests.count({ accountSid, name }, limits, clock.now);

  describe("requests", () => {
    it("are counted up to the limit, and again when the window is over", async (subject) => {
      expect([await count(subject, "a"), await count(subject, "a")]).toEqual([0, 0]);
      subject.clock.now += 20_000;
      expect(await count(subject, "a")).toBe(40);
      subject.clock.now += 40_000;
      expect(await count(subject, "a")).toBe(0);
    });

    it("are counted for each account and each kind apart", async (subject) => {
      const other = await newSubject(subject.store, subject.clock);
      const waits = await Promise.all(
        [subject, other].flatMap((each) => ["a", "b", "a", "b", "a"].map((name) => count(each, name))),
      );
      expect(waits.map((wait) => wait > 0).filter(Boolean)).toHaveLength(2);
    });

    it("are counted under all limits or under none", async (subject) => {
      const limits = [...twoAMinute, { requestsMax: 3, seconds: 3600 }];
      const waits = [];
      for (let request = 0; request < 4; request += 1) waits.push(await count(subject, "a", limits));
      subject.clock.now += 60_000;
      for (let request = 0; request < 2; request += 1) waits.push(await count(subject, "a", limits));
      expect(waits).toEqual([0, 0, 60, 60, 0, 3540]);
    });

    it("security 13: of many at once exactly as many as the limit are counted, the first ones ever too", async (subject) => {
      const waits = await Promise.all(Array.from({ length: 50 }, () => count(subject, "a")));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(2);
      expect(waits.filter((wait) => wait === 60)).toHaveLength(48);
    });

    it("are forgotten by a reset, and when they are old enough to be erased", async (subject) => {
      const { store, clock } = subject;
      const week = [{ requestsMax: 1, seconds: 7 * 86_400 }];
      expect(await count(subject, "a", week)).toBe(0);
      await store.erase(clock.now);
      expect(await count(subject, "a", week)).toBeGreaterThan(0);
      await store.erase(clock.now + 1);
      expect(await count(subject, "a", week)).toBe(0);
      await store.reset();
      expect(await count(subject, "a", week)).toBe(0);
    });
  });
}
