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
} from "./commands.contract.ts";
import { type It, itOfThree, type ReopenStore, type Subject } from "./subject.ts";

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
      Promise.all(Array.from({ length: count }, (_, index) => call(scopes[index % scopes.length] as Scope)));

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
      const recipients = Array.from({ length: 60 }, (_, index) => `+120255${10_000 + index}`);
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
