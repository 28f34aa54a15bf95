import { describe, expect } from "vitest";
import {
  accepted,
  ada,
  bob,
  check,
  end,
  look,
  rightCode,
  start,
  started,
  wrongCode,
} from "../../../test-support/store-commands.ts";
import type { It } from "../../../test-support/store-subject.ts";
import { operator } from "../../sql/resources.ts";

const lifetime = 600_000;

export function retentionContract(it: It): void {
  describe("erase", () => {
    it("forgets what ended before the time, and keeps what ended at it", async (subject) => {
      const { store, clock } = subject;
      const approved = await started(start(subject, ada));
      const canceled = await started(start(subject, bob));
      await check(subject, { recipient: ada }, rightCode);
      await end(subject, { recipient: bob }, "canceled");

      await store.erase(clock.now);
      expect((await look(subject, { sid: approved.sid })).current?.status).toBe("approved");
      await store.erase(clock.now + 1);
      expect((await look(subject, { sid: approved.sid })).current).toBeUndefined();
      expect((await look(subject, { sid: canceled.sid })).current).toBeUndefined();
      expect((await look(subject, { recipient: ada })).current).toBeUndefined();
      expect((await look(subject, { recipient: bob })).current).toBeUndefined();
    });

    it("forgets pending and locked ones by the end of their window, not by their start", async (subject) => {
      const { store, clock } = subject;
      const pending = await started(start(subject, ada));
      const locked = await started(start(subject, bob));
      for (let wrong = 0; wrong < 5; wrong += 1) await check(subject, { sid: locked.sid }, wrongCode);
      const statuses = async () => {
        const seen = await Promise.all([pending, locked].map(({ sid }) => look(subject, { sid })));
        return seen.map(({ current }) => current?.status);
      };

      await store.erase(clock.now + lifetime);
      expect(await statuses()).toEqual(["pending", "max_attempts_reached"]);
      await store.erase(clock.now + lifetime + 1);
      expect(await statuses()).toEqual([undefined, undefined]);
    });

    it("measures an ended one by when it ended, also if its window was longer", async (subject) => {
      const { store, clock } = subject;
      const early = await started(start(subject, ada, { lifetimeSeconds: 86_400 }));
      const late = await started(start(subject, bob, { lifetimeSeconds: 86_400 }));
      await check(subject, { sid: early.sid }, rightCode);
      clock.now += 3_600_000;
      await check(subject, { sid: late.sid }, rightCode);

      await store.erase(clock.now);
      expect((await look(subject, { sid: early.sid })).current).toBeUndefined();
      expect((await look(subject, { sid: late.sid })).current?.status).toBe("approved");
    });

    it("deletes attempts, events and messages that are older, and keeps newer ones", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const old = accepted(await start(subject, ada)).value;
      clock.now += lifetime + 1000;
      const recent = accepted(await start(subject, bob)).value;

      await store.erase(clock.now);

      const { items } = await store.attempts.list(accountSid, {}, { size: 50 });
      expect(items.map(({ sid }) => sid)).toEqual([recent.attempt.sid]);
      expect(await store.attempts.fetch(accountSid, old.attempt.sid)).toBeUndefined();
      expect(await store.facts(serviceSid, old.verification.sid)).toEqual([]);
      expect(await store.facts(serviceSid, recent.verification.sid)).toHaveLength(2);
      const claimed = await store.outbox.claim(10, 30, clock.now);
      expect(claimed.map(({ attemptSid }) => attemptSid)).toEqual([recent.attempt.sid]);
    });

    it("leaves no attempt that names a recipient whose verification it erased", async (subject) => {
      const { store, accountSid, clock } = subject;
      await start(subject, ada);
      clock.now += 60_000;
      await start(subject, ada);
      await check(subject, { recipient: ada }, rightCode);
      await store.erase(clock.now + 1);

      const { items } = await store.attempts.list(accountSid, {}, { size: 50 });
      expect(items.filter(({ recipient }) => recipient === ada)).toEqual([]);
    });

    it("lets a recipient start anew, and keeps its newer verification", async (subject) => {
      const { store, clock } = subject;
      const old = await started(start(subject, ada));
      await check(subject, { sid: old.sid }, rightCode);
      clock.now += 1000;
      const recent = await started(start(subject, ada));
      await store.erase(clock.now);

      expect((await look(subject, { sid: old.sid })).current).toBeUndefined();
      expect((await look(subject, { recipient: ada })).current).toEqual(recent);
      await store.erase(clock.now + lifetime + 1);
      expect((await started(start(subject, ada))).sid).not.toBe(recent.sid);
    });

    it("keeps services, accounts and credentials however old they are", async ({
      store,
      accountSid,
      serviceSid,
      clock,
    }) => {
      await store.erase(clock.now + 365 * 86_400_000);

      expect(await store.services.fetch(accountSid, serviceSid)).toBeDefined();
      expect(await store.accounts.credential(accountSid)).toBeDefined();
    });
  });

  describe("reset", () => {
    it("deletes everything but accounts and their credentials", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const service = await store.services.fetch(accountSid, serviceSid);
      const { sid } = await started(start(subject, ada));
      await store.reset();

      expect(await store.services.fetch(accountSid, serviceSid)).toBeUndefined();
      expect(await store.services.list(accountSid, { size: 50 })).toMatchObject({ items: [] });
      expect(await store.attempts.count(accountSid, {})).toEqual({ total: 0, converted: 0 });
      expect(await store.outbox.claim(10, 30, clock.now)).toEqual([]);
      expect(await store.facts(serviceSid, sid)).toEqual([]);
      expect(await store.accounts.list()).toHaveLength(1);
      expect(await store.accounts.credential(accountSid)).toBeDefined();

      await store.services.create(service as NonNullable<typeof service>, operator);
      expect((await look(subject, { sid })).current).toBeUndefined();
      expect((await started(start(subject, ada))).sid).not.toBe(sid);
    });
  });
}
