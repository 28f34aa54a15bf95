import { describe, expect } from "vitest";
import { ada, bob } from "../../../test-support/store-commands.ts";
import { type It, newSid, type Subject, times } from "../../../test-support/store-subject.ts";
import type { RefusedStart, RefusedStartFilter } from "../../console/refused-start.ts";
import type { PageRequest } from "../../kernel/page.ts";

export function refusedStartContract(it: It): void {
  describe("refused starts", () => {
    it("are kept to the letter, for their own account", async (subject) => {
      const { store, accountSid } = subject;
      const whole = noted(subject, { parameter: "To" });
      const bare = noted(subject, { recipient: null, channel: null, country: null });

      expect(await store.refusedStarts.fetch(accountSid, whole.sid)).toEqual(whole);
      expect(await store.refusedStarts.fetch(accountSid, bare.sid)).toEqual(bare);
      expect(await store.refusedStarts.fetch(newSid("AC"), whole.sid)).toBeUndefined();
    });

    it("fit every filter and any pair of them, newest first, also where few rows are looked at", async (subject) => {
      const other = newSid("VA");
      const all = times(60, (n) => {
        subject.clock.now += 1000;
        return noted(subject, {
          recipient: n % 4 === 0 ? ada : bob,
          channel: n % 3 === 0 ? "call" : "sms",
          country: n % 5 === 0 ? "DE" : "US",
          errorCode: n % 7 === 0 ? 60410 : 60203,
          ...(n % 2 === 0 && { serviceSid: other }),
        });
      }).reverse();
      const [createdAfter, createdBefore] = [all[40]?.createdAt ?? 0, all[10]?.createdAt ?? 0];
      const filters: [RefusedStartFilter, (start: RefusedStart) => boolean][] = [
        [{}, () => true],
        [{ recipient: ada }, ({ recipient }) => recipient === ada],
        [{ channel: "call" }, ({ channel }) => channel === "call"],
        [{ country: "DE" }, ({ country }) => country === "DE"],
        [{ errorCode: 60410 }, ({ errorCode }) => errorCode === 60410],
        [{ serviceSid: other }, ({ serviceSid }) => serviceSid === other],
        [{ createdAfter }, (start) => start.createdAt >= createdAfter],
        [{ createdBefore }, (start) => start.createdAt <= createdBefore],
      ];
      for (const [index, [one, fitsOne]] of filters.entries()) {
        for (const [second, fitsSecond] of filters.slice(index)) {
          const filter = { ...one, ...second };
          const wanted = all.filter((start) => fitsOne(start) && fitsSecond(start)).map(({ sid }) => sid);
          for (const [size, most] of [
            [50, undefined],
            [7, undefined],
            [3, 5],
          ] as const) {
            const told = `${JSON.stringify(filter)} ${size}`;
            expect(await listed(subject, filter, size, "after", most), told).toEqual(wanted);
            expect(await listed(subject, filter, size, "before", most), told).toEqual(wanted);
          }
        }
      }
    });

    it("are found by nobody once they are erased or forgotten, and outlive their service", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const { sid } = noted(subject);
      await store.refusedStarts.flush();
      await store.services.delete(accountSid, serviceSid, { actor: "operator", address: null });
      expect(await store.refusedStarts.fetch(accountSid, sid)).toMatchObject({ serviceSid });
      await store.erase(clock.now);
      expect(await store.refusedStarts.fetch(accountSid, sid)).toBeDefined();
      await store.erase(clock.now + 1);
      expect(await store.refusedStarts.fetch(accountSid, sid)).toBeUndefined();
      const waiting = noted(subject);
      await store.reset();
      expect(await store.refusedStarts.fetch(accountSid, waiting.sid)).toBeUndefined();
    });

    it("take no more memory than a thousand of them, and what is too many is lost", async (subject) => {
      const all = times(1_200, () => noted(subject));
      expect(await listed(subject, {}, 500, "after")).toHaveLength(1_000);
      expect(await subject.store.refusedStarts.fetch(subject.accountSid, all[1_100]?.sid ?? "")).toBeUndefined();
      const { sid } = noted(subject);
      expect(await subject.store.refusedStarts.fetch(subject.accountSid, sid)).toBeDefined();
    });
  });
}

function noted({ store, accountSid, serviceSid, clock }: Subject, given: Partial<RefusedStart> = {}): RefusedStart {
  const start: RefusedStart = {
    ...{ accountSid, sid: newSid("RQ"), createdAt: clock.now, serviceSid, recipient: ada, channel: "sms" },
    ...{ country: "US", errorCode: 60203, parameter: null, ...given },
  };
  store.refusedStarts.note(start);
  return start;
}

/** The sids of all pages, read from the first on or from the last one back. */
async function listed(
  { store, accountSid }: Subject,
  filter: RefusedStartFilter,
  size: number,
  direction: "after" | "before",
  most?: number,
): Promise<string[]> {
  const isForward = direction === "after";
  const sids: string[] = [];
  let from: PageRequest["from"] = isForward ? undefined : { direction, createdAt: 0, sid: "RQ" };
  for (;;) {
    const page = await store.refusedStarts.list(accountSid, filter, { size, ...(from && { from }) }, most);
    const read = page.items.map(({ sid }) => sid);
    if (isForward) sids.push(...read);
    else sids.unshift(...read);
    const place = isForward ? page.places.at(-1) : page.places[0];
    if (!(isForward ? page.hasNext : page.hasPrevious) || !place) return sids;
    from = { direction, ...place };
  }
}
