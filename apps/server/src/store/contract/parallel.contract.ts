import { describe, expect } from "vitest";
import {
  accepted,
  ada,
  bob,
  check,
  look,
  rightCode,
  type Scope,
  start,
  started,
  wrongCode,
} from "../../../test-support/store-commands.ts";
import { type It, itOfThree, type ReopenStore, type Subject, times } from "../../../test-support/store-subject.ts";

/** The limits of a verification under parallel callers: the rules are pure, so it is the store that must not race. */
export function parallelContract(it: It): void {
  describe("limits under parallel callers", () => {
    it("500 parallel wrong checks count exactly five, and the right code is refused afterwards", async (subject) => {
      const { sid } = await started(start(subject, ada));
      const targets = times(500, (index) => (index % 2 ? { sid } : { recipient: ada }));
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
      const targets = times(200, (index) => (index % 2 ? { sid } : { recipient: ada }));
      const outcomes = await Promise.all(targets.map((target) => check(subject, target, rightCode)));

      expect(outcomes.filter(({ ok }) => ok)).toMatchObject([{ value: { status: "approved" } }]);
      const facts = await subject.store.facts(subject.serviceSid, sid);
      expect(facts.filter(({ type }) => type === "approved")).toHaveLength(1);
      expect(await subject.store.attempts.count(subject.accountSid, {})).toEqual({ total: 1, converted: 1 });
    });

    it("50 parallel starts send five times, all for one verification", async (subject) => {
      const { store, accountSid, clock } = subject;
      const outcomes = await Promise.all(times(50, () => start(subject, ada)));

      const sids = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.verification.sid : []));
      expect(sids).toHaveLength(5);
      expect(new Set(sids).size).toBe(1);
      expect(await store.outbox.claim(100, 60, clock.now)).toHaveLength(5);
      expect((await store.attempts.count(accountSid, {})).total).toBe(5);
      expect((await look(subject, { recipient: ada })).current?.attempts).toHaveLength(5);
    });

    it("parallel callers on many recipients do not disturb each other's counts", async (subject) => {
      const recipients = times(40, (index) => `+120255501${String(index).padStart(2, "0")}`);
      const calls = recipients.flatMap((recipient) => [
        start(subject, recipient),
        ...times(3, () => check(subject, { recipient }, wrongCode)),
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

/** What holds when the database outlives a process, and when several processes share it. */
export function processContract(it: It, reopen: ReopenStore): void {
  describe("a restart", () => {
    it("loses nothing that was acknowledged", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const approved = await started(start(subject, ada));
      await check(subject, { sid: approved.sid }, rightCode);
      const pending = await started(start(subject, bob));
      const kept = await contents(subject, [approved.sid, pending.sid]);
      await store.close();

      const again = await reopen(store, () => clock.now);
      try {
        expect(await contents({ ...subject, store: again }, [approved.sid, pending.sid])).toEqual(kept);
        expect(await check({ ...subject, store: again }, { recipient: ada }, rightCode)).toMatchObject({ ok: false });
        expect(await again.outbox.claim(10, 30, clock.now)).toHaveLength(2);
        expect(await again.services.fetch(accountSid, serviceSid)).toBeDefined();
      } finally {
        await again.close();
      }
    });
  });

  describe("three processes on one database", () => {
    const itTogether = itOfThree(it, reopen);
    const spread = <T>(count: number, scopes: Scope[], call: (scope: Scope) => Promise<T>): Promise<T[]> =>
      Promise.all(times(count, (index) => call(scopes[index % scopes.length] as Scope)));

    itTogether("count 500 parallel wrong checks as exactly five", async (scopes) => {
      const [subject] = scopes;
      const { sid } = await started(start(subject, ada));
      const outcomes = await spread(500, scopes, (scope) => check(scope, { recipient: ada }, wrongCode));

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
      expect((await look(subject, { sid })).current).toMatchObject({ status: "max_attempts_reached", checks: 5 });
    });

    itTogether("approve exactly one of 200 parallel right checks", async (scopes) => {
      const [subject] = scopes;
      const { sid } = await started(start(subject, ada));
      const outcomes = await spread(200, scopes, (scope) => check(scope, { recipient: ada }, rightCode));

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      const facts = await subject.store.facts(subject.serviceSid, sid);
      expect(facts.filter(({ type }) => type === "approved")).toHaveLength(1);
    });

    itTogether(
      "send at most five times for 50 parallel starts of a new recipient, for one verification",
      async (scopes) => {
        const [subject] = scopes;
        const outcomes = await spread(50, scopes, (scope) => start(scope, ada));

        const sids = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.verification.sid : []));
        expect(sids).toHaveLength(5);
        expect(new Set(sids).size).toBe(1);
        expect(await subject.store.outbox.claim(100, 30, subject.clock.now)).toHaveLength(5);
      },
    );

    itTogether("security 13: count exactly as many requests as the limit", async (scopes) => {
      const [{ accountSid, clock }] = scopes;
      const limits = [{ requestsMax: 10, seconds: 60 }];
      const waits = await spread(60, scopes, ({ store }) =>
        store.requests.count({ accountSid, name: "a" }, limits, clock.now),
      );
      expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
    });

    itTogether("never claim the same message", async (scopes) => {
      const [subject] = scopes;
      const recipients = times(60, (index) => `+120255${10_000 + index}`);
      const starts = await Promise.all(recipients.map((recipient) => start(subject, recipient)));
      const claims = await spread(30, scopes, ({ store }) => store.outbox.claim(3, 30, subject.clock.now));
      const rest = await subject.store.outbox.claim(100, 30, subject.clock.now);

      const claimed = [...claims.flat(), ...rest].map(({ attemptSid }) => attemptSid);
      const sent = starts.map((outcome) => accepted(outcome).value.attempt.sid);
      expect(claimed.toSorted()).toEqual(sent.toSorted());
    });
  });
}

async function contents(subject: Subject, sids: string[]) {
  const { store, accountSid, serviceSid } = subject;
  return {
    verifications: await Promise.all(sids.map((sid) => look(subject, { sid }))),
    attempts: await store.attempts.list(accountSid, {}, { size: 50 }),
    facts: await Promise.all(sids.map((sid) => store.facts(serviceSid, sid))),
    accounts: await store.accounts.list(),
    credential: await store.accounts.credential(accountSid),
  };
}
