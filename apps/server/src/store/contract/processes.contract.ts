import { describe, expect, it } from "vitest";
import type { Store } from "../store.ts";
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
import type { ReopenStore } from "./store.contract.ts";
import type { Given, Subject } from "./subject.ts";

/** What holds when the database outlives a process, and when several processes share it. */
export function processContract(given: Given, reopen: ReopenStore): void {
  describe("a restart", () => {
    it(
      "loses nothing that was acknowledged",
      given(async (subject) => {
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
      }),
    );
  });

  describe("three processes on one database", () => {
    const together = (test: (subject: Subject, scopes: Scope[]) => Promise<void>) =>
      given(async (subject) => {
        const others: Store[] = [];
        try {
          for (let count = 0; count < 2; count += 1) others.push(await reopen(subject.store, () => subject.clock.now));
          await test(subject, [subject, ...others.map((store) => ({ ...subject, store }))]);
        } finally {
          await Promise.all(others.map((store) => store.close()));
        }
      });
    const spread = <T>(count: number, scopes: Scope[], call: (scope: Scope) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: count }, (_, index) => call(scopes[index % scopes.length] as Scope)));

    it(
      "count 500 parallel wrong checks as exactly five",
      together(async (subject, scopes) => {
        const { sid } = await started(start(subject, ada));
        const outcomes = await spread(500, scopes, (scope) => check(scope, { recipient: ada }, wrongCode));

        expect(outcomes.filter(({ ok }) => ok)).toHaveLength(5);
        expect((await look(subject, { sid })).current).toMatchObject({ status: "max_attempts_reached", checks: 5 });
      }),
    );

    it(
      "approve exactly one of 200 parallel right checks",
      together(async (subject, scopes) => {
        const { sid } = await started(start(subject, ada));
        const outcomes = await spread(200, scopes, (scope) => check(scope, { recipient: ada }, rightCode));

        expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
        const facts = await subject.store.facts(subject.serviceSid, sid);
        expect(facts.filter(({ type }) => type === "approved")).toHaveLength(1);
      }),
    );

    it(
      "send at most five times for 50 parallel starts of a new recipient, for one verification",
      together(async (subject, scopes) => {
        const outcomes = await spread(50, scopes, (scope) => start(scope, ada));

        const sids = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.verification.sid : []));
        expect(sids).toHaveLength(5);
        expect(new Set(sids).size).toBe(1);
        expect(await subject.store.outbox.claim(100, 30, subject.clock.now)).toHaveLength(5);
      }),
    );

    it(
      "security 13: count exactly as many requests as the limit",
      together(async ({ accountSid, clock }, scopes) => {
        const limits = [{ requestsMax: 10, seconds: 60 }];
        const waits = await spread(60, scopes, ({ store }) =>
          store.requests.count({ accountSid, name: "a" }, limits, clock.now),
        );
        expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
      }),
    );

    it(
      "never claim the same message",
      together(async (subject, scopes) => {
        const recipients = Array.from({ length: 60 }, (_, index) => `+120255${10_000 + index}`);
        const starts = await Promise.all(recipients.map((recipient) => start(subject, recipient)));
        const claims = await spread(30, scopes, ({ store }) => store.outbox.claim(3, 30, subject.clock.now));
        const rest = await subject.store.outbox.claim(100, 30, subject.clock.now);

        const claimed = [...claims.flat(), ...rest].map(({ attemptSid }) => attemptSid);
        const sent = starts.map((outcome) => accepted(outcome).value.attempt.sid);
        expect(claimed.toSorted()).toEqual(sent.toSorted());
      }),
    );
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
