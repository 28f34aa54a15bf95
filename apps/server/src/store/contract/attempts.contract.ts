import { describe, expect } from "vitest";
import {
  accepted,
  ada,
  bob,
  check,
  claimOne,
  end,
  rightCode,
  start,
  started,
} from "../../../test-support/store-commands.ts";
import { type It, newSid, newSubject, type Subject, withNewService } from "../../../test-support/store-subject.ts";
import type { Attempt, AttemptFilter } from "../../attempts/attempt.ts";
import type { PageRequest } from "../../kernel/page.ts";
import { expectPages } from "./services.contract.ts";

export function attemptContract(it: It): void {
  describe("attempts", () => {
    it("are fetched by their own account only, to the letter", async (subject) => {
      const { store, accountSid } = subject;
      const lookup = {
        mobileCountryCode: null,
        mobileNetworkCode: null,
        type: null,
        name: "山 “Mobile”",
        errorCode: 60600,
      };
      const { value } = accepted(await start(subject, ada, { lookup, country: null }));

      const attempt = await store.attempts.fetch(accountSid, value.attempt.sid);
      expect(attempt).toEqual({
        accountSid,
        serviceSid: subject.serviceSid,
        sid: value.attempt.sid,
        verificationSid: value.verification.sid,
        recipient: ada,
        channel: "sms",
        isConverted: false,
        delivery: { status: "queued", errorCode: null },
        country: null,
        provider: null,
        tries: null,
        handedOverAt: null,
        endedAt: null,
        codeLength: 6,
        locale: "en",
        lookup,
        createdAt: value.attempt.at,
        updatedAt: value.attempt.at,
        expiresAt: value.verification.expiresAt,
      });
      expect(await store.attempts.fetch(newSid("AC"), value.attempt.sid)).toBeUndefined();
      expect(await store.attempts.fetch(accountSid, newSid("VL"))).toBeUndefined();
    });

    it("are listed and counted by whether their message is lost", async (subject) => {
      const { store, accountSid, clock } = subject;
      for (const recipient of [ada, bob, "+12025550177"]) {
        await start(subject, recipient);
        clock.now += 1;
      }
      const [delivered, failed] = [await claimOne(subject), await claimOne(subject)];
      await store.outbox.settle(
        [
          { message: delivered, report: { status: "delivered", errorCode: null } },
          { message: failed, report: { status: "failed", errorCode: "30003" } },
        ],
        clock.now,
      );

      const { items } = await store.attempts.list(accountSid, { isLost: true }, { size: 50 });
      expect(items).toMatchObject([{ sid: failed.attemptSid, delivery: { status: "failed", errorCode: "30003" } }]);
      expect((await store.attempts.count(accountSid, { isLost: false })).total).toBe(2);
    });

    it("are converted by the right code: the verification's latest one, and no other", async (subject) => {
      const { store, accountSid, clock } = subject;
      for (let send = 0; send < 3; send += 1) await start(subject, ada);
      const { attempts } = await started(start(subject, ada, { channel: "call" }));
      await start(subject, bob);
      clock.now += 1000;
      await check(subject, { recipient: ada }, rightCode);

      const latest = attempts.at(-1)?.sid as string;
      const { items } = await store.attempts.list(accountSid, { isConverted: true }, { size: 50 });
      expect(items).toMatchObject([{ sid: latest, isConverted: true, channel: "call", updatedAt: clock.now }]);
      expect(await store.attempts.count(accountSid, {})).toEqual({ total: 5, converted: 1 });
    });

    it("keep their conversion when the same recipient is verified again", async (subject) => {
      const { store, accountSid } = subject;
      await start(subject, ada);
      await check(subject, { recipient: ada }, rightCode);
      await start(subject, ada);

      expect(await store.attempts.count(accountSid, {})).toEqual({ total: 2, converted: 1 });
    });
  });

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
      const list = (page: PageRequest) => store.attempts.list(accountSid, {}, page);
      for (const size of [1, 5, 8, 23]) await expectPages(list, size, all);
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
      for (const [index, [first, fitsFirst]] of single.entries()) {
        for (const [second, fitsSecond] of single.slice(index)) {
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
  const second = await withNewService(subject);
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

function byNewest(a: Attempt, b: Attempt): number {
  return b.createdAt - a.createdAt || (a.sid < b.sid ? 1 : -1);
}
