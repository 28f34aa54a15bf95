import { randomUUID } from "node:crypto";
import { it } from "vitest";
import { newCredential } from "../src/accounts/authenticate.ts";
import type { Clock } from "../src/kernel/clock.ts";
import { type Service, settingsOf } from "../src/services/service.ts";
import { operator } from "../src/sql/resources.ts";
import type { Store } from "../src/store/store.ts";

/** A store under test with one account and one service, and the clock that it reads. */
export interface Subject {
  store: Store;
  /** Stands still until a test moves it. */
  clock: { now: number };
  accountSid: string;
  serviceSid: string;
}

/** Opens a new and empty database. */
export type OpenStore = (clock: Clock) => Promise<Store>;

/**
 * Opens the database of an earlier store once more, as another process would. The earlier store may be closed (that is a
 * restart) or still open (that is a second server).
 */
export type ReopenStore = (earlier: Store, clock: Clock) => Promise<Store>;

/** Declares a test: it gets a new subject, and the store is closed afterwards. */
export type It = (title: string, test: (subject: Subject) => Promise<void>) => void;

export function itWith(open: OpenStore): It {
  return (title, test) =>
    it(title, async () => {
      const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
      const store = await open(() => clock.now);
      try {
        await test(await newSubject(store, clock));
      } finally {
        await store.close();
      }
    });
}

/**
 * Declares tests of three processes that share the subject's database: `it` is for one, and each gets the subject as each
 * of them sees it.
 */
export function itOfThree(it: It, reopen: ReopenStore) {
  return (title: string, test: (scopes: [Subject, Subject, Subject]) => Promise<void>) =>
    it(title, async (subject) => {
      const others: Store[] = [];
      try {
        for (let count = 0; count < 2; count += 1) others.push(await reopen(subject.store, () => subject.clock.now));
        const [second, third] = others as [Store, Store];
        await test([subject, { ...subject, store: second }, { ...subject, store: third }]);
      } finally {
        await Promise.all(others.map((store) => store.close()));
      }
    });
}

/** One account more with one service, in the same store. */
export async function newSubject(store: Store, clock: { now: number }): Promise<Subject> {
  const accountSid = newSid("AC");
  const service = newService({ accountSid, createdAt: clock.now });
  await store.accounts.create(
    { sid: accountSid, friendlyName: "Acme", createdAt: clock.now },
    newCredential({ accountSid, sid: accountSid, secret: "token", createdAt: clock.now }),
    operator,
  );
  await store.services.create(service, operator);
  return { store, clock, accountSid, serviceSid: service.sid };
}

export function newSid(prefix: string): string {
  return prefix + randomUUID().replaceAll("-", "");
}

export function newService(given: { accountSid: string; sid?: string; createdAt: number }): Service {
  return { sid: newSid("VA"), settings: settingsOf({ FriendlyName: "Acme" }), updatedAt: given.createdAt, ...given };
}

/** One service more of the subject's account. */
export async function withNewService(subject: Subject): Promise<Subject> {
  const service = newService({ accountSid: subject.accountSid, createdAt: subject.clock.now });
  await subject.store.services.create(service, operator);
  return { ...subject, serviceSid: service.sid };
}

export function times<T>(count: number, each: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => each(index));
}
