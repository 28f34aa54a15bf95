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
import { prefixCounters } from "../../guard/pumping.ts";
import {
  approvalCounts,
  type BlockedSend,
  type GuardPolicy,
  judgeSend,
  namesOf,
  planSend,
  sendCounts,
} from "../../guard/send-guard.ts";
import { parseRecipient } from "../../kernel/recipient.ts";

const hour = 3_600_000;

const open: GuardPolicy = {
  limits: {},
  blocksPumping: false,
  safePrefixes: [],
  countries: { codes: [], areRefused: true },
};
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

/** A send through the real rules. @returns what is against it */
function send(subject: Subject, policy: GuardPolicy, number: number, client?: string) {
  const recipient = recipientOf(number);
  const plan = planSend(policy, recipient, client, subject.clock.now);
  const kind = { isNew: true, isUnchecked: false };
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
  const counts = approvalCounts(guarded, recipient, subject.clock.now);
  return decide(subject, { recipient: recipient.value }, () => ({ outcome: undefined, counts }));
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
      expect(await passed(times(40, (index) => send(subject, limited, index, "192.0.2.7")))).toBe(10);
      clock.now += 65_000;
      expect(await passed(times(40, (index) => send(subject, limited, 100 + index, "192.0.2.7")))).toBe(2);
      expect(await send(subject, limited, 200, "192.0.2.7")).toEqual({ by: "client", retryAfterSeconds: 3835 });
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

    it("security 15: a prefix whose starts far outrun its approvals is blocked for 12 hours, and its neighbour is not", async (subject) => {
      const { clock, store, accountSid } = subject;
      expect(await passed(times(50, (index) => send(subject, guarded, index)))).toBe(8);
      expect(await send(subject, guarded, 1000)).toBeUndefined();
      expect(await store.blocks.list(clock.now)).toEqual([
        {
          ...{ accountSid, prefix: "+491512000", blockedAt: clock.now, blockedUntil: clock.now + 12 * hour },
          ...{ times: 1, starts: 9, approvals: 0 },
        },
      ]);
      clock.now += 12 * hour - 1;
      expect(await send(subject, guarded, 99)).toEqual({ by: "prefix", made: undefined });
      clock.now += 1;
      expect(await store.blocks.list(clock.now)).toEqual([]);
      expect(await send(subject, guarded, 99)).toBeUndefined();
      // It is remembered, and takes less the second time.
      expect(await passed(times(50, (index) => send(subject, guarded, 100 + index)))).toBe(1);
      expect(await store.blocks.list(clock.now)).toMatchObject([{ times: 2 }]);
    });

    it("security 15: an approval makes up for four starts, also in the batch in which it comes", async (subject) => {
      await Promise.all(times(100, (index) => [send(subject, guarded, index), approve(subject, index)]).flat());
      expect(await passed(times(400, (index) => send(subject, guarded, index)))).toBe(308);
    });

    it("a block that is lifted is forgotten with what was counted against its prefix", async (subject) => {
      const { store, clock, accountSid } = subject;
      await Promise.all(times(20, (index) => send(subject, guarded, index)));
      const lift = (sid: string) => store.blocks.lift(sid, "+491512000", prefixCounters("+491512000", clock.now));
      expect(await lift((await newSubject(store, clock)).accountSid)).toBe(false);
      expect(await send(subject, guarded, 1)).toBeDefined();
      expect([await lift(accountSid), await lift(accountSid)]).toEqual([true, false]);
      expect(await passed(times(20, (index) => send(subject, guarded, index)))).toBe(8);
    });

    it("forgets by a reset at once, and by erasing what is of no use any longer", async (subject) => {
      const { store, clock } = subject;
      const day: GuardPolicy = { ...guarded, limits: { recipient: [{ requestsMax: 1, seconds: 86_400 }] } };
      // Whichever of nine comes last.
      const fill = async () => (await Promise.all(times(9, (index) => send(subject, day, index)))).filter(Boolean);
      await fill();
      await store.erase(clock.now);
      expect(await send(subject, day, 0)).toMatchObject({ by: "prefix" });
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
        expect(await passed(times(90, (index) => send(inTurn(index), limited, index, "2001:db8::1")))).toBe(10);
        expect(await passed(times(90, (index) => send(inTurn(index), limited, 1000 + index)))).toBe(15);
      },
    );

    itTogether("security 15: hold a block that one of them made", async (scopes) => {
      const [first, second, third] = scopes;
      await Promise.all(times(30, (index) => send(first, guarded, index)));
      expect(await send(second, guarded, 50)).toEqual({ by: "prefix", made: undefined });
      expect(await third.store.blocks.lift(first.accountSid, "+491512000", [])).toBe(true);
      expect(await second.store.blocks.list(first.clock.now)).toEqual([]);
    });
  });
}
