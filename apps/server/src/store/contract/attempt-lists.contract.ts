import { describe, expect } from "vitest";
import type { Attempt, AttemptFilter, AttemptStore } from "../../attempts/attempt.ts";
import type { PageRequest } from "../../kernel/page.ts";
import { ada, bob, check, end, rightCode, start } from "./commands.contract.ts";
import { type It, newService, newSid, newSubject, type Subject } from "./subject.ts";

export function attemptListContract(it: It): void {
  describe("lists of attempts", () => {
    it("are newest first, also within one millisecond, forwards and backwards", async (subject) => {
      const { store, accountSid, clock } = subject;
      for (let second = 0; second < 6; second += 1) {
        await Promise.all(["01", "02", "03", "04"].map((end) => start(subject, `+1202555${second}1${end}`)));
        clock.now += 1000;
      }
      const { items: all } = await store.attempts.list(accountSid, {}, { size: 100 });

      expect(all).toHaveLength(24);
      expect(all).toEqual(all.toSorted(byNewest));
      for (const size of [1, 5, 8, 23]) {
        expect(await walk(store.attempts, accountSid, size, "after")).toEqual(all);
        expect(await walk(store.attempts, accountSid, size, "before")).toEqual(all.slice(0, -1).toReversed());
      }
    });

    it("page within their filter", async (subject) => {
      const { store, accountSid } = subject;
      for (let send = 0; send < 4; send += 1) await Promise.all([start(subject, ada), start(subject, bob)]);
      const filter = { recipient: ada };

      const first = await store.attempts.list(accountSid, filter, { size: 3 });
      const { createdAt, sid } = first.items.at(-1) as Attempt;
      const second = await store.attempts.list(accountSid, filter, {
        size: 3,
        from: { direction: "after", createdAt, sid },
      });

      expect(first).toMatchObject({ hasPrevious: false, hasNext: true });
      expect(second).toMatchObject({ hasPrevious: true, hasNext: false });
      const items = [...first.items, ...second.items];
      expect(items).toHaveLength(4);
      expect(items.every(({ recipient }) => recipient === ada)).toBe(true);
    });

    it("fit every single filter and all of them together, and count what they list", async (subject) => {
      const attempts = await manyAttempts(subject);
      const { clock, serviceSid } = subject;
      const verificationSid = attempts[0]?.verificationSid as string;
      const filters: [AttemptFilter, (attempt: Attempt) => boolean][] = [
        [{}, () => true],
        [{ createdAfter: clock.now }, ({ createdAt }) => createdAt >= clock.now],
        [{ createdBefore: clock.now - 1000 }, ({ createdAt }) => createdAt <= clock.now - 1000],
        [
          { createdAfter: clock.now - 1000, createdBefore: clock.now - 1000 },
          (it) => it.createdAt === clock.now - 1000,
        ],
        [{ recipient: ada }, ({ recipient }) => recipient === ada],
        [{ recipient: "%" }, () => false],
        [{ recipientPrefix: "+4420" }, ({ recipient }) => recipient?.startsWith("+4420") === true],
        [{ recipientPrefix: ada }, ({ recipient }) => recipient === ada],
        [{ recipientPrefix: "+1_02%" }, () => false],
        [{ country: "GB" }, ({ country }) => country === "GB"],
        [{ channel: "email" }, ({ channel }) => channel === "email"],
        [{ serviceSid }, (attempt) => attempt.serviceSid === serviceSid],
        [{ verificationSid }, (attempt) => attempt.verificationSid === verificationSid],
        [{ isConverted: true }, ({ isConverted }) => isConverted],
        [{ isConverted: false }, ({ isConverted }) => !isConverted],
      ];
      const every = {
        createdAfter: clock.now - 2000,
        createdBefore: clock.now,
        recipient: ada,
        recipientPrefix: "+1",
        country: "US",
        channel: "sms",
        serviceSid,
        verificationSid,
        isConverted: true,
      } as const;
      filters.push([every, (attempt) => attempt.verificationSid === verificationSid && attempt.isConverted]);

      for (const [filter, fits] of filters) await expectList(subject, filter, attempts.filter(fits));
    });

    it("fit any pair of filters", async (subject) => {
      const attempts = await manyAttempts(subject);
      const { serviceSid } = subject;
      const single: [AttemptFilter, (attempt: Attempt) => boolean][] = [
        [{ recipient: ada }, ({ recipient }) => recipient === ada],
        [{ recipientPrefix: "+1202" }, ({ recipient }) => recipient?.startsWith("+1202") === true],
        [{ country: "US" }, ({ country }) => country === "US"],
        [{ channel: "sms" }, ({ channel }) => channel === "sms"],
        [{ serviceSid }, (attempt) => attempt.serviceSid === serviceSid],
        [{ isConverted: false }, ({ isConverted }) => !isConverted],
      ];
      for (const [first, fitsFirst] of single) {
        for (const [second, fitsSecond] of single) {
          const expected = attempts.filter((attempt) => fitsFirst(attempt) && fitsSecond(attempt));
          await expectList(subject, { ...first, ...second }, expected);
        }
      }
    });

    it("show and count none of a foreign account's attempts", async (subject) => {
      const foreign = await newSubject(subject.store, subject.clock);
      await start(foreign, ada);

      for (const filter of [{}, { recipient: ada }, { serviceSid: foreign.serviceSid }]) {
        await expectList(subject, filter, []);
      }
    });
  });
}

/** Attempts that differ in every field that can be filtered by, in two services, of an account that is not alone. */
async function manyAttempts(subject: Subject): Promise<Attempt[]> {
  const { store, accountSid, clock } = subject;
  await start(await newSubject(store, clock), ada);
  const second = { ...subject, serviceSid: newSid("VA") };
  await store.services.create(newService({ accountSid, sid: second.serviceSid, createdAt: clock.now }));
  clock.now += 1000;
  for (const scope of [subject, second]) {
    await start(scope, ada);
    await check(scope, { recipient: ada }, rightCode);
    await start(scope, bob, { channel: "whatsapp" });
    await start(scope, "+442079460123", { country: "GB" });
    await start(scope, "ada@example.com", { channel: "email", country: null });
    clock.now += 1000;
  }
  await start(subject, bob, { channel: "call" });
  await end(subject, { recipient: bob }, "canceled");
  await start(subject, bob);
  const { items } = await store.attempts.list(accountSid, {}, { size: 100 });
  expect(items).toHaveLength(10);
  // The converted attempt of the first service comes first, so that a test can name its verification.
  return items.toSorted((a, b) => Number(isMain(b, subject)) - Number(isMain(a, subject)));
}

function isMain(attempt: Attempt, { serviceSid }: Subject): boolean {
  return attempt.isConverted && attempt.serviceSid === serviceSid;
}

async function expectList({ store, accountSid }: Subject, filter: AttemptFilter, expected: Attempt[]): Promise<void> {
  const label = JSON.stringify(filter);
  const { items } = await store.attempts.list(accountSid, filter, { size: 100 });
  expect(items, label).toEqual(expected.toSorted(byNewest));
  expect(await store.attempts.count(accountSid, filter), label).toEqual({
    total: expected.length,
    converted: expected.filter(({ isConverted }) => isConverted).length,
  });
}

/** All items page by page: from the first one, or backwards from just before the last one. */
async function walk(attempts: AttemptStore, accountSid: string, size: number, direction: "after" | "before") {
  const list = (page: PageRequest) => attempts.list(accountSid, {}, page);
  const last = (await list({ size: 100 })).items.at(-1) as Attempt;
  const from = direction === "after" ? undefined : { direction, createdAt: last.createdAt, sid: last.sid };
  let page = await list(from ? { size, from } : { size });
  const items: Attempt[] = [];
  for (;;) {
    items.push(...(direction === "after" ? page.items : page.items.toReversed()));
    if (!(direction === "after" ? page.hasNext : page.hasPrevious)) return items;
    const { createdAt, sid } = items.at(-1) as Attempt;
    page = await list({ size, from: { direction, createdAt, sid } });
  }
}

function byNewest(a: Attempt, b: Attempt): number {
  return b.createdAt - a.createdAt || (a.sid < b.sid ? 1 : -1);
}
