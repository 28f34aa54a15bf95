import { describe, expect } from "vitest";
import { end, start } from "../../../test-support/store-commands.ts";
import { type It, newSid, newSubject, type Subject, times } from "../../../test-support/store-subject.ts";
import type { Bucket, RateLimit } from "../../rate-limits/rate-limit.ts";
import { operator } from "../../sql/resources.ts";

export function rateLimitContract(it: It): void {
  const startFor = (subject: Subject, recipient: number, ...values: [uniqueName: string, valueHash: string][]) =>
    start(subject, `+120255501${recipient}`, {
      rateLimits: values.map(([uniqueName, valueHash]) => ({ uniqueName, valueHash })),
    });
  const code = async (outcome: ReturnType<typeof start>) => {
    const decided = await outcome;
    return decided.ok ? "accepted" : decided.refusal.code;
  };

  describe("rate limits", () => {
    it("of 30 made at once under one name one is made, and of 60 no more than a service may have", async (subject) => {
      const { store } = subject;
      const same = await Promise.all(times(30, () => store.rateLimits.create(newLimit(subject, "address"), operator)));
      expect(same.filter((result) => result === "created")).toHaveLength(1);
      expect(same.filter((result) => result === "exists")).toHaveLength(29);
      const many = await Promise.all(
        times(60, (index) => store.rateLimits.create(newLimit(subject, `limit-${index}`), operator)),
      );
      expect(many.filter((result) => result === "created")).toHaveLength(49);
      expect(many.filter((result) => result === "too many")).toHaveLength(11);
      const other = await newSubject(store, subject.clock);
      expect(await store.rateLimits.create(newLimit(other, "address"), operator)).toBe("created");
      const stranger = { ...subject, accountSid: other.accountSid };
      expect(await store.rateLimits.create(newLimit(stranger, "theirs"), operator)).toBe("no parent");
    });

    it("are found, changed and deleted by their own account alone", async (subject) => {
      const { store, clock } = subject;
      const limit = newLimit(subject, "address");
      await store.rateLimits.create(limit, operator);
      const { accountSid, serviceSid, sid } = limit;
      expect(await store.rateLimits.fetch({ accountSid, serviceSid, uniqueName: "address" })).toEqual(limit);
      const change = (before: RateLimit) => ({ ...before, description: "By address", updatedAt: clock.now + 1 });
      const changed = { ...limit, description: "By address", updatedAt: clock.now + 1 };
      expect(await store.rateLimits.update({ accountSid, serviceSid, sid }, change, operator)).toEqual(changed);
      const others = { accountSid: newSid("AC"), serviceSid, sid };
      expect(await store.rateLimits.fetch(others)).toBeUndefined();
      expect(await store.rateLimits.update(others, change, operator)).toBeUndefined();
      expect(await store.rateLimits.delete(others, operator)).toBe(false);
      expect(await store.rateLimits.delete({ accountSid, serviceSid, sid }, operator)).toBe(true);
      expect(await store.rateLimits.delete({ accountSid, serviceSid, sid }, operator)).toBe(false);
    });

    it("have at most one bucket for an interval, also when one is changed, and no more than ten", async (subject) => {
      const { store } = subject;
      const limit = await madeLimit(subject, "address");
      const results = await Promise.all(
        times(30, (index) => store.buckets.create(newBucket(limit, 1, 60 + (index % 15)), operator)),
      );
      expect(results.filter((result) => result === "created")).toHaveLength(10);
      const { items } = await store.buckets.list({ rateLimitSid: limit.sid }, { size: 50 });
      const [first, second] = items as [Bucket, Bucket];
      const interval = (intervalSeconds: number) => (bucket: Bucket) => ({ ...bucket, intervalSeconds });
      expect(await store.buckets.update({ sid: first.sid }, interval(second.intervalSeconds), operator)).toBe("exists");
      expect(await store.buckets.update({ sid: first.sid }, interval(first.intervalSeconds), operator)).toEqual(first);
      expect(await store.buckets.create(newBucket({ ...limit, sid: newSid("RK") }, 1, 60), operator)).toBe("no parent");
    });

    it("count starts by value in windows of their own, under every bucket or under none", async (subject) => {
      const { clock } = subject;
      const limit = await madeLimit(subject, "address", [2, 60], [3, 600]);
      expect(await code(startFor(subject, 10, ["address", "a"]))).toBe("accepted");
      clock.now += 10_000;
      expect(await code(startFor(subject, 11, ["address", "a"]))).toBe("accepted");
      expect(await startFor(subject, 12, ["address", "a"])).toMatchObject({
        ok: false,
        refusal: {
          code: 20429,
          retryAfterSeconds: 50,
          details: { rate_limit: "address", max: 2, interval: 60 },
          headers: { "Twilio-Reached-Rate-Limit": "address" },
        },
      });
      expect(await code(startFor(subject, 12, ["address", "b"]))).toBe("accepted");
      clock.now += 50_000;
      // The refused start was not counted under the longer one either.
      expect(await startFor(subject, 13, ["address", "a"])).toMatchObject({ ok: true });
      expect(await startFor(subject, 14, ["address", "a"])).toMatchObject({
        refusal: { retryAfterSeconds: 540, details: { bucket: expect.any(String), interval: 600 } },
      });
      expect(limit.uniqueName).toBe("address");
    });

    it("that a start names together count all or none", async (subject) => {
      await madeLimit(subject, "address", [5, 60]);
      await madeLimit(subject, "user", [1, 60]);
      const both = (recipient: number, address: string) =>
        code(startFor(subject, recipient, ["address", address], ["user", "u"]));
      expect(await both(10, "a")).toBe("accepted");
      for (let start = 0; start < 8; start += 1) expect(await both(11, "a")).toBe(20429);
      for (let start = 0; start < 4; start += 1) {
        expect(await code(startFor(subject, 20 + start, ["address", "a"]))).toBe("accepted");
      }
      expect(await code(startFor(subject, 24, ["address", "a"]))).toBe(20429);
    });

    it("that the service does not have are named, and nothing is counted; one without buckets limits nothing", async (subject) => {
      await madeLimit(subject, "address", [1, 60]);
      await madeLimit(subject, "empty");
      expect(await startFor(subject, 10, ["address", "a"], ["nobody", "a"])).toMatchObject({
        refusal: { code: 60200, parameter: "RateLimits", details: { rate_limit: "nobody" } },
      });
      expect(await code(startFor(subject, 10, ["address", "a"]))).toBe("accepted");
      for (let start = 0; start < 4; start += 1)
        expect(await code(startFor(subject, 10, ["empty", "a"]))).toBe("accepted");
    });

    it("do not count what is refused for another reason", async (subject) => {
      await madeLimit(subject, "address", [6, 60]);
      for (let start = 0; start < 5; start += 1) {
        expect(await code(startFor(subject, 10, ["address", "a"]))).toBe("accepted");
      }
      expect(await code(startFor(subject, 10, ["address", "a"]))).toBe(60203);
      expect(await code(startFor(subject, 11, ["address", "a"]))).toBe("accepted");
      expect(await code(startFor(subject, 12, ["address", "a"]))).toBe(20429);
    });

    it("heed a new maximum at once, and a new interval by moving the end of the window", async (subject) => {
      const { store, clock } = subject;
      const limit = await madeLimit(subject, "address", [1, 600]);
      const [bucket] = (await store.buckets.list({ rateLimitSid: limit.sid }, { size: 1 })).items as [Bucket];
      expect(await code(startFor(subject, 10, ["address", "a"]))).toBe("accepted");
      await store.buckets.update({ sid: bucket.sid }, (before) => ({ ...before, max: 2 }), operator);
      expect(await code(startFor(subject, 11, ["address", "a"]))).toBe("accepted");
      expect(await code(startFor(subject, 12, ["address", "a"]))).toBe(20429);
      clock.now += 60_000;
      await store.buckets.update({ sid: bucket.sid }, (before) => ({ ...before, intervalSeconds: 60 }), operator);
      expect(await code(startFor(subject, 12, ["address", "a"]))).toBe("accepted");
    });

    it("forget what they counted with their bucket, their service, and the end of the window", async (subject) => {
      const { store, clock } = subject;
      const limit = await madeLimit(subject, "address", [1, 60]);
      expect(await code(startFor(subject, 10, ["address", "a"]))).toBe("accepted");
      const [bucket] = (await store.buckets.list({ rateLimitSid: limit.sid }, { size: 1 })).items as [Bucket];
      await store.rateLimits.delete({ sid: limit.sid, serviceSid: limit.serviceSid }, operator);
      expect(await store.buckets.fetch({ sid: bucket.sid })).toBeUndefined();
      await madeLimit(subject, "address", [1, 60]);
      expect(await code(startFor(subject, 11, ["address", "a"]))).toBe("accepted");
      clock.now += 60_000;
      await store.erase(0);
      expect(await code(startFor(subject, 12, ["address", "a"]))).toBe("accepted");
      await store.services.delete(subject.accountSid, subject.serviceSid, operator);
      expect((await store.rateLimits.list({ serviceSid: subject.serviceSid }, { size: 9 })).items).toEqual([]);
    });

    it("security 13: of 90 starts at once for one value exactly as many as the limit are accepted", async (subject) => {
      await madeLimit(subject, "address", [7, 60], [20, 600]);
      const codes = await Promise.all(times(90, (index) => code(startFor(subject, 10 + index, ["address", "a"]))));
      expect(codes.filter((outcome) => outcome === "accepted")).toHaveLength(7);
      await end(subject, { recipient: "+12025550110" }, "canceled");
    });
  });
}

function newLimit({ accountSid, serviceSid, clock }: Subject, uniqueName: string): RateLimit {
  const at = clock.now;
  return { accountSid, serviceSid, sid: newSid("RK"), uniqueName, description: null, createdAt: at, updatedAt: at };
}

function newBucket({ sid, ...limit }: RateLimit, max: number, intervalSeconds: number): Bucket {
  const { accountSid, serviceSid, createdAt, updatedAt } = limit;
  return { accountSid, serviceSid, rateLimitSid: sid, sid: newSid("BL"), max, intervalSeconds, createdAt, updatedAt };
}

export async function madeLimit(subject: Subject, uniqueName: string, ...buckets: [max: number, seconds: number][]) {
  const limit = newLimit(subject, uniqueName);
  await subject.store.rateLimits.create(limit, operator);
  for (const [max, seconds] of buckets) await subject.store.buckets.create(newBucket(limit, max, seconds), operator);
  return limit;
}
