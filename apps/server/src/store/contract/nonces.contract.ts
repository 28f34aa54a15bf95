import { describe, expect } from "vitest";
import { newApplication } from "./applications.contract.ts";
import { type It, newSid, newSubject, type Subject } from "./subject.ts";

export function nonceContract(it: It): void {
  const use = ({ store, clock }: Subject, serviceSid: string, hash: string, count = 100) =>
    store.applications.useNonce({ serviceSid, hash, at: clock.now }, { count, since: clock.now - 60_000 });

  describe("a nonce", () => {
    it("is new once for an application, however old it is, and new again for another", async (subject) => {
      const other = await newSubject(subject.store, subject.clock);
      for (const each of [subject, other]) await subject.store.applications.create(newApplication(each));

      expect(await use(subject, subject.serviceSid, "n")).toBe("new");
      expect(await use(subject, subject.serviceSid, "n")).toBe("used");
      subject.clock.now += 10 * 365 * 86_400_000;
      await subject.store.erase(subject.clock.now);
      expect(await use(subject, subject.serviceSid, "n")).toBe("used");
      expect(await use(subject, other.serviceSid, "n")).toBe("new");
    });

    it("is new for one of those that use it at the same time", async (subject) => {
      await subject.store.applications.create(newApplication(subject));
      const results = await Promise.all(Array.from({ length: 20 }, () => use(subject, subject.serviceSid, "n")));
      expect(results.filter((result) => result === "new")).toHaveLength(1);
      expect(results.filter((result) => result === "used")).toHaveLength(19);
    });

    it("is refused and not remembered while too many were used", async (subject) => {
      await subject.store.applications.create(newApplication(subject));
      const uses = await Promise.all(["a", "b", "c", "d"].map((hash) => use(subject, subject.serviceSid, hash, 3)));
      expect(uses.toSorted()).toEqual(["new", "new", "new", "too many"]);
      const late = ["a", "b", "c", "d"][uses.indexOf("too many")] as string;
      subject.clock.now += 60_000;
      expect(await use(subject, subject.serviceSid, late, 3)).toBe("new");
    });

    it("is never new without an application", async (subject) => {
      expect(await use(subject, newSid("VA"), "n")).toBe("used");
    });
  });
}
