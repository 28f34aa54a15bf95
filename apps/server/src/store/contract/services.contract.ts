import { describe, expect } from "vitest";
import { ada, look, start, started } from "../../../test-support/store-commands.ts";
import {
  type It,
  newService,
  newSid,
  newSubject,
  type Subject,
  times,
  withNewService,
} from "../../../test-support/store-subject.ts";
import type { Page, PageRequest } from "../../kernel/page.ts";
import { accepted } from "../../kernel/refusal.ts";
import { changedSettings, type Service } from "../../services/service.ts";
import { operator } from "../../sql/resources.ts";

export function serviceContract(it: It): void {
  describe("services", () => {
    it("are fetched by their own account only, with every setting", async ({ store, accountSid, clock }) => {
      const base = newService({ accountSid, createdAt: clock.now });
      const service: Service = {
        ...base,
        settings: {
          ...base.settings,
          friendlyName: "Zoë’s “Shop” \\ 山",
          codeLength: 10,
          lookupEnabled: true,
          ttsName: "Polly",
          totp: { issuer: "Acme", timeStep: 30, codeLength: 6, skew: 1 },
          passkeys: {
            ...base.settings.passkeys,
            relyingParty: { id: "example.com", name: "Acme", origins: ["https://example.com"] },
          },
        },
      };
      await store.services.create(service, operator);

      expect(await store.services.fetch(accountSid, service.sid)).toEqual(service);
      expect(await store.services.fetch(newSid("AC"), service.sid)).toBeUndefined();
      expect(await store.services.fetch(accountSid, newSid("VA"))).toBeUndefined();
    });

    it("lose none of 50 parallel updates, and a change that throws undoes only itself", async ({
      store,
      accountSid,
      serviceSid,
      clock,
    }) => {
      const { createdAt } = (await store.services.fetch(accountSid, serviceSid)) as Service;
      clock.now += 1000;
      const updates = times(50, (index) =>
        store.services.update(
          accountSid,
          serviceSid,
          (settings) => {
            if (index === 25) throw new Error("a change that fails");
            return accepted({ ...settings, totp: { ...settings.totp, skew: (settings.totp.skew ?? 0) + 1 } });
          },
          clock.now,
          operator,
        ),
      );
      const results = await Promise.allSettled(updates);

      expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
      const service = await store.services.fetch(accountSid, serviceSid);
      expect(service?.settings.totp.skew).toBe(49);
      expect(service).toMatchObject({ createdAt, updatedAt: clock.now });
    });

    it("show an update to the next decision, and return it", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const updated = await store.services.update(
        accountSid,
        serviceSid,
        (settings) => accepted({ ...settings, codeLength: 8 }),
        clock.now,
        operator,
      );

      expect(updated).toMatchObject({ value: { settings: { codeLength: 8 } } });
      expect((await look(subject, { recipient: ada })).service).toMatchObject(updated?.ok ? updated.value : {});
    });

    it("keep their settings where a change would leave one without effect", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const before = await store.services.fetch(accountSid, serviceSid);
      const change = (settings: Service["settings"]) =>
        changedSettings(settings, { SkipSmsToLandlines: true, LookupEnabled: false });

      const refusal = await store.services.update(accountSid, serviceSid, change, clock.now, operator);
      expect(refusal).toMatchObject({ refusal: { code: 60200, parameter: "SkipSmsToLandlines" } });
      expect(await store.services.fetch(accountSid, serviceSid)).toEqual(before);
    });

    it("are neither updated nor deleted by a foreign account", async ({ store, accountSid, serviceSid, clock }) => {
      const before = await store.services.fetch(accountSid, serviceSid);
      const change = (settings: Service["settings"]) => accepted({ ...settings, codeLength: 4 });

      expect(await store.services.update(newSid("AC"), serviceSid, change, clock.now, operator)).toBeUndefined();
      expect(await store.services.delete(newSid("AC"), serviceSid, operator)).toBe(false);
      expect(await store.services.fetch(accountSid, serviceSid)).toEqual(before);
    });

    it("are deleted with their verifications, once, and leave their attempts", async (subject) => {
      const { store, accountSid, serviceSid, clock } = subject;
      const other = await withNewService(subject);
      const { sid } = await started(start(subject, ada));
      const kept = await started(start(other, ada));

      expect(await store.services.delete(accountSid, serviceSid, operator)).toBe(true);
      expect(await store.services.delete(accountSid, serviceSid, operator)).toBe(false);

      expect(await store.services.fetch(accountSid, serviceSid)).toBeUndefined();
      expect(await look(subject, { sid })).toEqual({ service: undefined, current: undefined });
      expect((await store.attempts.count(accountSid, { serviceSid })).total).toBe(1);
      expect((await look(other, { recipient: ada })).current).toEqual(kept);
      await store.services.create(newService({ accountSid, sid: serviceSid, createdAt: clock.now }), operator);
      expect((await look(subject, { sid })).current).toBeUndefined();
      expect((await look(subject, { recipient: ada })).current).toBeUndefined();
    });
  });

  describe("lists of services", () => {
    it("show 120 services of which many are equally old, once each, forwards and backwards", async (subject) => {
      const services = await fill(subject, 119);
      const first = await subject.store.services.fetch(subject.accountSid, subject.serviceSid);
      const expected = [first as Service, ...services].toSorted(byAge);

      const list = (page: PageRequest) => subject.store.services.list(subject.accountSid, page);
      for (const size of [1, 7, 50, 119, 120, 121]) await expectPages(list, size, expected);
    });

    it("show an account its own services only, and none when there are none", async ({
      store,
      accountSid,
      serviceSid,
      clock,
    }) => {
      await newSubject(store, clock);

      const own = await store.services.list(accountSid, { size: 50 });
      expect(own.items.map(({ sid }) => sid)).toEqual([serviceSid]);
      expect(own).toMatchObject({ hasPrevious: false, hasNext: false });
      expect(await store.services.list(newSid("AC"), { size: 50 })).toEqual({
        items: [],
        hasPrevious: false,
        hasNext: false,
      });
    });

    it("go on beside an item that was deleted in between", async (subject) => {
      const { store, accountSid } = subject;
      await fill(subject, 9);
      const { items } = await store.services.list(accountSid, { size: 10 });
      const gone = items[4] as Service;
      await store.services.delete(accountSid, gone.sid, operator);

      const beside = { createdAt: gone.createdAt, sid: gone.sid };
      const after = await store.services.list(accountSid, { size: 3, from: { direction: "after", ...beside } });
      const before = await store.services.list(accountSid, { size: 3, from: { direction: "before", ...beside } });

      expect(after).toEqual({ items: items.slice(5, 8), hasPrevious: true, hasNext: true });
      expect(before).toEqual({ items: items.slice(1, 4), hasPrevious: true, hasNext: true });
    });
  });
}

/** Services of which seven at a time are equally old. */
async function fill({ store, accountSid, clock }: Subject, count: number): Promise<Service[]> {
  const services = times(count, (index) =>
    newService({ accountSid, createdAt: clock.now + Math.floor(index / 7) * 1000 }),
  );
  await Promise.all(services.map((service) => store.services.create(service, operator)));
  return services;
}

/** Expects that pages of a size show everything once: from the first page on, and from the last one back. */
export async function expectPages<T extends Beside>(list: List<T>, size: number, expected: T[]): Promise<void> {
  const forwards = await pagesFrom(await list({ size }), list, size, "after");
  expect(forwards.flatMap(({ items }) => items)).toEqual(expected);
  expect(forwards.map(({ hasPrevious }) => hasPrevious)).toEqual(forwards.map((_, index) => index > 0));
  expect(forwards.every(({ items }, index) => items.length === size || index === forwards.length - 1)).toBe(true);

  const last = forwards.at(-1) as Page<T>;
  const [, ...back] = await pagesFrom(last, list, size, "before");
  const backwards = back.toReversed();
  expect([...backwards.flatMap(({ items }) => items), ...last.items]).toEqual(expected);
  expect(backwards.every(({ hasNext }) => hasNext)).toBe(true);
  expect(backwards.map(({ hasPrevious }) => hasPrevious)).toEqual(backwards.map((_, index) => index > 0));
}

type Beside = Pick<NonNullable<PageRequest["from"]>, "createdAt" | "sid">;
type List<T> = (page: PageRequest) => Promise<Page<T>>;

/** A page, and all that follow it in that direction. */
async function pagesFrom<T extends Beside>(
  first: Page<T>,
  list: List<T>,
  size: number,
  direction: "after" | "before",
): Promise<Page<T>[]> {
  const pages = [first];
  let page = first;
  while (direction === "after" ? page.hasNext : page.hasPrevious) {
    const item = page.items.at(direction === "after" ? -1 : 0);
    if (!item) throw new Error("a page that is not the only one has no items");
    page = await list({ size, from: { direction, createdAt: item.createdAt, sid: item.sid } });
    pages.push(page);
  }
  return pages;
}

function byAge(a: Service, b: Service): number {
  return a.createdAt - b.createdAt || (a.sid < b.sid ? -1 : 1);
}
