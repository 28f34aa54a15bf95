import { describe, expect } from "vitest";
import { ada, bob, check, claimOne, end, start, started, wrongCode } from "../../../test-support/store-commands.ts";
import {
  type It,
  newSid,
  newSubject,
  type Subject,
  times,
  withNewService,
} from "../../../test-support/store-subject.ts";
import type { VerificationFilter } from "../../console/verification-search.ts";
import { newSid as sidAt } from "../../kernel/random.ts";
import type { StartCommand } from "../../verifications/decide-start.ts";
import { statusAt, type Verification } from "../../verifications/verification.ts";

export function verificationLogContract(it: It): void {
  describe("the log of verifications", () => {
    it("has those of all services, newest first, once each, forwards and backwards", async (subject) => {
      const scopes = [subject, ...(await Promise.all(times(9, () => withNewService(subject))))];
      for (let n = 0; n < 130; n += 1) await begin(subject, scopes[(n * n) % 10] as Subject, `+1202555${1000 + n}`);
      const foreign = await newSubject(subject.store, subject.clock);
      await begin(subject, foreign, ada);

      const pages = await pagesOf(subject, {}, 7);
      expect(pages.flat()).toEqual(made(subject));
      expect(pages.slice(0, -1).map(({ length }) => length)).toEqual(times(18, () => 7));
      expect(await pagesOf(subject, {}, 7, "before")).toEqual(pages);
      expect((await pagesOf(subject, {}, 1000)).flat()).toEqual(made(subject));
      expect(await pagesOf({ ...subject, accountSid: newSid("AC") }, {}, 7)).toEqual([[]]);
    });

    it("fits every single filter and any pair of them, also where few rows are looked at", async (subject) => {
      const services = [subject, await withNewService(subject)];
      const from = subject.clock.now;
      for (let n = 0; n < 40; n += 1) {
        const scope = services[n % 2] as Subject;
        const channel = n % 3 === 0 ? "call" : "sms";
        const { sid } = await begin(subject, scope, `+1202555${1000 + n}`, {
          channel,
          country: n % 5 === 0 ? "DE" : "US",
        });
        if (n % 7 === 1) await end(scope, { sid }, "canceled");
        if (n % 7 === 2) for (const _ of times(5, () => 0)) await check(scope, { sid }, wrongCode);
        if (n % 7 === 3) await end(scope, { sid }, "approved");
      }
      subject.clock.now = from + 615_000;
      const all = await verificationsOf(subject);
      const filters: [VerificationFilter, (verification: Verification) => boolean][] = [
        [{ channel: "call" }, ({ channel }) => channel === "call"],
        [{ country: "DE" }, ({ country }) => country === "DE"],
        [{ serviceSid: subject.serviceSid }, ({ serviceSid }) => serviceSid === subject.serviceSid],
        [{ createdAfter: from + 8_000 }, ({ createdAt }) => createdAt >= from + 8_000],
        [{ createdBefore: from + 30_000 }, ({ createdAt }) => createdAt <= from + 30_000],
        ...(["pending", "approved", "canceled", "max_attempts_reached", "expired"] as const).map(
          (status): [VerificationFilter, (verification: Verification) => boolean] => [
            { status },
            (verification) => statusAt(verification, subject.clock.now) === status,
          ],
        ),
      ];
      for (const [index, [one, fitsOne]] of filters.entries()) {
        for (const [other, fitsOther] of filters.slice(index)) {
          if (one.status !== other.status && one.status && other.status) continue;
          const wanted = all.filter((each) => fitsOne(each) && fitsOther(each)).map(({ sid }) => sid);
          const filter = { ...one, ...other };
          expect((await pagesOf(subject, filter, 50)).flat(), JSON.stringify(filter)).toEqual(wanted);
          expect((await pagesOf(subject, filter, 3, "after", 4)).flat(), JSON.stringify(filter)).toEqual(wanted);
        }
        const backwards = await pagesOf(subject, one, 3, "before", 4);
        expect(backwards.flat()).toEqual((await pagesOf(subject, one, 3)).flat());
      }
    });

    it("finds all of a recipient, in every service and of every window, and nobody else's", async (subject) => {
      const scopes = [subject, await withNewService(subject), await newSubject(subject.store, subject.clock)];
      for (let round = 0; round < 4; round += 1) {
        for (const scope of scopes) for (const recipient of [ada, bob]) await begin(subject, scope, recipient);
        subject.clock.now += 700_000;
      }
      const wanted = (await verificationsOf(subject))
        .filter(({ recipient }) => recipient === ada)
        .map(({ sid }) => sid);

      expect(wanted).toHaveLength(8);
      expect(await pagesOf(subject, { recipient: ada }, 3)).toEqual([
        wanted.slice(0, 3),
        wanted.slice(3, 6),
        wanted.slice(6),
      ]);
      expect((await pagesOf(subject, { recipient: ada }, 3, "before")).flat()).toEqual(wanted);
      const ofOne = await pagesOf(subject, { recipient: ada, serviceSid: subject.serviceSid }, 9);
      expect(ofOne.flat()).toHaveLength(4);
      expect((await pagesOf(subject, { recipient: "+12025550142" }, 9)).flat()).toEqual([]);
    });

    it("finds what failed by the error of the last send that failed, once each", async (subject) => {
      const { store, clock } = subject;
      const fail = async (recipient: string, errorCode: string | null) => {
        const { sid } = await begin(subject, subject, recipient);
        const message = await claimOne(subject);
        const status = errorCode === null ? "sent" : "failed";
        await store.outbox.settle([{ message, report: { status, errorCode } }], clock.now);
        return sid;
      };
      const [first] = [await fail(ada, "30003"), await fail(bob, "30005")];
      await fail("+12025550177", null);
      const last = await fail("+12025550178", "30003");
      const [again] = [await fail(ada, "30003"), await fail(bob, "30003")];

      expect(again).toBe(first);
      const { sid: other } = (await verificationsOf(subject)).find(
        ({ recipient }) => recipient === bob,
      ) as Verification;
      expect((await pagesOf(subject, { errorCode: "30003" }, 9)).flat()).toEqual([other, first, last]);
      expect((await pagesOf(subject, { errorCode: "30003" }, 9, "after", 2)).flat().filter(unique)).toEqual([
        other,
        first,
        last,
      ]);
      expect((await pagesOf(subject, { errorCode: "30005" }, 9)).flat()).toEqual([]);
    });

    it("shows one with its facts, its sends and the name of its service, until it is erased", async (subject) => {
      const { store, accountSid } = subject;
      const { sid } = await begin(subject, subject, ada);
      await check(subject, { sid }, wrongCode);
      const found = await store.log.fetch(accountSid, sid);

      expect(found?.verification).toEqual(
        await subject.store.decide({ ...subject, target: { sid }, decide: ({ current }) => ({ outcome: current }) }),
      );
      expect(found?.facts.map(({ type }) => type)).toEqual(["started", "sent", "check_refused"]);
      expect(found?.sends).toMatchObject([{ verificationSid: sid, recipient: ada }]);
      expect(found?.serviceName).toBe(
        (await store.services.fetch(accountSid, subject.serviceSid))?.settings.friendlyName,
      );
      expect(await store.log.fetch(newSid("AC"), sid)).toBeUndefined();
      await store.erase(subject.clock.now + 1e9);
      expect(await store.log.fetch(accountSid, sid)).toBeUndefined();
    });
  });
}

const unique = (sid: unknown, index: number, all: readonly unknown[]) => all.indexOf(sid) === index;

const begun = new WeakMap<object, string[]>();

/** Starts one a second after the one before, under a sid of its time. */
async function begin(
  subject: Subject,
  scope: Pick<Subject, "store" | "accountSid" | "serviceSid">,
  recipient: string,
  given: Partial<StartCommand> = {},
): Promise<Verification> {
  subject.clock.now += 1000;
  const sids = { newSid: sidAt("VE", subject.clock.now), attemptSid: sidAt("VL", subject.clock.now) };
  const verification = await started(start(scope, recipient, { ...sids, ...given }));
  if (scope.accountSid === subject.accountSid) begun.set(subject, [verification.sid, ...(begun.get(subject) ?? [])]);
  return verification;
}

/** The sids of those that were begun, newest first. */
const made = (subject: Subject): string[] => (begun.get(subject) ?? []).filter(unique);

async function verificationsOf(subject: Subject): Promise<Verification[]> {
  const found = await Promise.all(made(subject).map((sid) => subject.store.log.fetch(subject.accountSid, sid)));
  return found.flatMap((each) => each?.verification ?? []);
}

/** The sids of every page, from the first on, or from the last one back. */
async function pagesOf(
  { store, accountSid, clock }: Subject,
  filter: VerificationFilter,
  size: number,
  direction: "after" | "before" = "after",
  most?: number,
): Promise<string[][]> {
  const pages: string[][] = [];
  let from = direction === "after" ? undefined : ({ direction, createdAt: 0, sid: "VE" } as const);
  for (;;) {
    const page = await store.log.list(accountSid, filter, { size, ...(from && { from }) }, clock.now, most);
    const sids = page.items.map(({ verification }) => verification.sid);
    if (direction === "after") pages.push(sids);
    else pages.unshift(sids);
    const place = direction === "after" ? page.places.at(-1) : page.places[0];
    if (!(direction === "after" ? page.hasNext : page.hasPrevious) || !place) return aligned(pages, size);
    from = { direction, ...place } as typeof from;
  }
}

/** Pages that were read backwards are full at the end; here they are as if they were read forwards. */
function aligned(pages: string[][], size: number): string[][] {
  const all = pages.flat();
  const whole = pages.every(({ length }, index) => length === size || index === 0 || index === pages.length - 1);
  return whole ? times(Math.max(1, Math.ceil(all.length / size)), (n) => all.slice(n * size, (n + 1) * size)) : pages;
}
