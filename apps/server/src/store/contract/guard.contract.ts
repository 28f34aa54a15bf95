import { describe, expect } from "vitest";
import { decide } from "../../../test-support/store-commands.ts";
import {
  type It,
  itOfThree,
  newSubject,
  type ReopenStore,
  type Subject,
  times,
  withNewService,
} from "../../../test-support/store-subject.ts";
import {
  approvalCounts,
  type BlockedSend,
  type GuardPolicy,
  judgeSend,
  namesOf,
  planSend,
  sendCounts,
} from "../../guard/send-guard.ts";
import { guardOf } from "../../guard/settings.ts";
import { parseRecipient } from "../../kernel/recipient.ts";
import { operator } from "../../sql/resources.ts";

const hour = 3_600_000;

const open = guardOf({});
const limited: GuardPolicy = {
  ...open,
  limits: {
    recipient: [{ requestsMax: 3, seconds: 3600 }],
    client: [
      { requestsMax: 10, seconds: 60 },
      { requestsMax: 12, seconds: 3600 },
    ],
    account: [{ requestsMax: 25, seconds: 60 }],
  },
};
const guarded: GuardPolicy = { ...open, blocksPumping: true };

const hashOf = (recipient: string) => `hash of ${recipient}`;

/** A send through the real rules. @returns what is against it */
function send(subject: Subject, policy: GuardPolicy, number: number, { client = "", isNew = true } = {}) {
  const recipient = recipientOf(number);
  const plan = planSend(policy, recipient, client || undefined, subject.clock.now, hashOf);
  const kind = { isNew, isUnchecked: false };
  return decide<BlockedSend | undefined>(
    subject,
    { recipient: recipient.value },
    ({ guard }) => {
      const blocked = judgeSend(plan, guard, kind);
      if (!blocked) return { outcome: undefined, counts: sendCounts(plan, guard, kind) };
      return { outcome: blocked, blocks: blocked.by === "prefix" && blocked.made ? [blocked.made] : [] };
    },
    { guard: namesOf(plan) },
  );
}

function approve(subject: Subject, number: number) {
  const recipient = recipientOf(number);
  const follows = approvalCounts(guarded, recipient, subject.clock.now, hashOf);
  return decide(subject, { recipient: recipient.value }, () => ({ outcome: undefined, ...follows }));
}

/** A number in a range of ten thousand, the thousandth of which is in the next one. */
function recipientOf(number: number) {
  const outcome = parseRecipient(`+49151${20_000_000 + (number % 1000) + 10_000 * Math.floor(number / 1000)}`);
  if (!outcome.ok) throw new Error("no number");
  return outcome.value;
}

async function passed(sends: Promise<BlockedSend | undefined>[]): Promise<number> {
  return (await Promise.all(sends)).filter((blocked) => !blocked).length;
}

export function guardContract(it: It): void {
  describe("the guard", () => {
    it("security 13: of many sends at once lets exactly as many through as the limit on a recipient, in all services of an account", async (subject) => {
      const scopes = [subject, await withNewService(subject)];
      expect(await passed(times(30, (index) => send(scopes[index % 2] as Subject, limited, 1)))).toBe(3);
      expect(await send(subject, limited, 1)).toEqual({ by: "recipient", retryAfterSeconds: 3900 });
      const other = await newSubject(subject.store, subject.clock);
      expect(await send(other, limited, 1)).toBeUndefined();
    });

    it("security 13: lets exactly as many through as the limits on an account and on a client, of which the longest wait is told", async (subject) => {
      const { clock } = subject;
      expect(await passed(times(40, (index) => send(subject, limited, index, { client: "192.0.2.7" })))).toBe(10);
      clock.now += 65_000;
      expect(await passed(times(40, (index) => send(subject, limited, 100 + index, { client: "192.0.2.7" })))).toBe(2);
      expect(await send(subject, limited, 200, { client: "192.0.2.7" })).toEqual({
        by: "client",
        retryAfterSeconds: 3835,
      });
      expect(await passed(times(40, (index) => send(subject, limited, 300 + index)))).toBe(23);
      expect(await send(subject, limited, 400)).toEqual({ by: "account", retryAfterSeconds: 65 });
      clock.now += 65_000;
      expect(await send(subject, limited, 400)).toBeUndefined();
    });

    it("security 26: lets no more than a limit through in any time of its window's length, midnight or not, and one more at the end of the wait", async (subject) => {
      const { clock } = subject;
      const day = 24 * hour;
      const twenty: GuardPolicy = { ...open, limits: { recipient: [{ requestsMax: 20, seconds: 86_400 }] } };
      const sentAt: number[] = [];
      const sendSome = async (count: number) => {
        const sent = await passed(times(count, () => send(subject, twenty, 1)));
        sentAt.push(...times(sent, () => clock.now));
        return sent;
      };
      clock.now += day - (clock.now % day) - 60_000;
      expect(await sendSome(30)).toBe(20);
      clock.now += 120_000;
      const refused = await send(subject, twenty, 1);
      const wait = refused?.by === "recipient" ? refused.retryAfterSeconds : 0;
      clock.now += wait * 1000 - 1000;
      expect(await sendSome(1)).toBe(0);
      clock.now += 1000;
      expect(await sendSome(1)).toBe(1);
      for (let hours = 0; hours < 60; hours += 1) {
        clock.now += hour + 7 * 60_000;
        await sendSome(hours % 3);
      }
      expect(sentAt.length).toBeGreaterThan(60);
      for (const to of sentAt) expect(sentAt.filter((at) => at <= to && at > to - day).length).toBeLessThanOrEqual(20);
    });

    it("security 13: a send that one limit refuses counts for no other", async (subject) => {
      await Promise.all(times(30, () => send(subject, limited, 1)));
      expect(await passed(times(40, (index) => send(subject, limited, 10 + index)))).toBe(22);
    });

    it("security 27: a prefix whose starts far outrun its approvals shares 6 an hour with others of its country, and its neighbour does not notice", async (subject) => {
      const { clock, store, accountSid } = subject;
      expect(await passed(times(50, (index) => send(subject, guarded, index)))).toBe(4 + 6);
      expect(await send(subject, guarded, 1000)).toBeUndefined();
      expect(await store.blocks.list(clock.now)).toEqual([
        {
          ...{ accountSid, prefix: "+491512000", openDigits: 4, blockedAt: clock.now },
          ...{ blockedUntil: clock.now + 12 * hour, times: 1, starts: 5, approvals: 0 },
          ...{ current: { used: 4, approved: 0 }, former: { used: 0, approved: 0 } },
        },
      ]);
      await Promise.all(times(9, (index) => send(subject, guarded, 1000 + index)));
      expect(await send(subject, guarded, 1050)).toMatchObject({ by: "prefix", retryAfterSeconds: expect.any(Number) });
      clock.now += hour;
      const waited = await send(subject, guarded, 99);
      clock.now += waited?.by === "prefix" ? waited.retryAfterSeconds * 1000 : 0;
      expect(await send(subject, guarded, 99)).toBeUndefined();
      clock.now += 2 * hour;
      expect(await passed(times(50, (index) => send(subject, guarded, 100 + index)))).toBe(6);
    });

    it("security 27: re-sends, and whom the account approved within 30 days, always pass", async (subject) => {
      const { clock, store } = subject;
      const day = 24 * hour;
      await approve(subject, 1);
      const besiege = () => Promise.all(times(50, (index) => send(subject, guarded, 100 + index)));
      await besiege();
      expect(await send(subject, guarded, 2)).toMatchObject({ by: "prefix" });
      expect(await send(subject, guarded, 2, { isNew: false })).toBeUndefined();
      expect(await passed(times(20, () => send(subject, guarded, 1)))).toBe(20);
      const stranger = await newSubject(store, clock);
      await Promise.all(times(50, (index) => send(stranger, guarded, 100 + index)));
      expect(await send(stranger, guarded, 1)).toMatchObject({ by: "prefix" });
      clock.now += 30 * day;
      await store.erase(0);
      await besiege();
      expect(await send(subject, guarded, 1)).toBeUndefined();
      clock.now += 1;
      await store.erase(0);
      expect(await send(subject, guarded, 1)).toMatchObject({ by: "prefix" });
    });

    it("security 27: approvals lift the throttle, also in the batch in which they come", async (subject) => {
      expect(await passed(times(50, (index) => send(subject, guarded, index)))).toBe(10);
      await approve(subject, 0);
      expect(await passed(times(50, (index) => send(subject, guarded, 50 + index)))).toBe(5);
      await Promise.all(
        times(100, (index) => [send(subject, guarded, 1000 + index), approve(subject, 1000 + index)]).flat(),
      );
      // Its ten million have used up what they have, and its ten thousand have earned 5 × 100 less those 100.
      const sent = await passed(times(450, (index) => send(subject, guarded, 1200 + index)));
      expect(sent).toBeGreaterThanOrEqual(400);
      expect(sent).toBeLessThanOrEqual(400 + 2);
    });

    it("a note that is lifted is forgotten with what was counted against its prefix", async (subject) => {
      const { store, clock, accountSid } = subject;
      await Promise.all(times(20, (index) => send(subject, guarded, index)));
      const lift = (sid: string) => store.blocks.lift(sid, "+491512000", clock.now, operator);
      expect(await lift((await newSubject(store, clock)).accountSid)).toBe(false);
      expect(await send(subject, guarded, 30)).toBeDefined();
      expect([await lift(accountSid), await lift(accountSid)]).toEqual([true, false]);
      expect(await passed(times(20, (index) => send(subject, guarded, index)))).toBe(4);
    });

    it("forgets by a reset at once, and by erasing what is of no use any longer", async (subject) => {
      const { store, clock } = subject;
      const day: GuardPolicy = { ...guarded, limits: { recipient: [{ requestsMax: 1, seconds: 86_400 }] } };
      // Whichever of eleven comes last.
      const fill = async () => (await Promise.all(times(11, (index) => send(subject, day, index)))).filter(Boolean);
      await fill();
      await store.erase(clock.now);
      expect(await send(subject, day, 50)).toMatchObject({ by: "prefix" });
      await store.reset();
      await withNewService(subject);
      expect(await fill()).toMatchObject([{ by: "prefix" }]);
      clock.now += 8 * 24 * hour;
      await store.erase(0);
      clock.now -= 8 * 24 * hour;
      expect(await fill()).toMatchObject([{ by: "prefix" }]);
    });
  });
}

/** What holds when several processes share the database. */
export function guardProcessContract(it: It, reopen: ReopenStore): void {
  const itTogether = itOfThree(it, reopen);
  describe("the guard of three processes on one database", () => {
    itTogether(
      "security 13: lets exactly as many sends through as the limits, for recipients whose locks differ",
      async (scopes) => {
        const inTurn = (index: number) => scopes[index % 3] as Subject;
        expect(await passed(times(90, (index) => send(inTurn(index), limited, index, { client: "2001:db8::1" })))).toBe(
          10,
        );
        expect(await passed(times(90, (index) => send(inTurn(index), limited, 1000 + index)))).toBe(15);
      },
    );

    itTogether("security 27: let exactly as many starts through as a suspected prefix may have", async (scopes) => {
      const inTurn = (index: number) => scopes[index % 3] as Subject;
      expect(await passed(times(90, (index) => send(inTurn(index), guarded, index)))).toBe(4 + 6);
      await approve(scopes[1], 0);
      expect(await passed(times(90, (index) => send(inTurn(index), guarded, 100 + index)))).toBe(5);
      const [first, second, third] = scopes;
      expect(await third.store.blocks.lift(first.accountSid, "+491512000", third.clock.now, operator)).toBe(true);
      expect(await second.store.blocks.list(first.clock.now)).toEqual([]);
    });
  });
}
