import { randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import type { Service } from "../../services/service.ts";
import { settingsOf } from "../../services/service.ts";
import type { Store } from "../store.ts";

/** A store under test with one account and one service, and the clock that it reads. */
export interface Subject {
  store: Store;
  /** Stands still until a test moves it. */
  clock: { now: number };
  accountSid: string;
  serviceSid: string;
}

/** Makes the body of a test: it gets a new subject, and the store is closed afterwards. */
export type Given = (test: (subject: Subject) => Promise<void>) => () => Promise<void>;

export function given(open: (clock: Clock) => Promise<Store>): Given {
  return (test) => async () => {
    const clock = { now: Date.UTC(2026, 2, 2, 9, 30) };
    const store = await open(() => clock.now);
    try {
      await test(await newSubject(store, clock));
    } finally {
      await store.close();
    }
  };
}

/** One account more with one service, in the same store. */
export async function newSubject(store: Store, clock: { now: number }): Promise<Subject> {
  const accountSid = newSid("AC");
  const service = newService({ accountSid, createdAt: clock.now });
  await store.accounts.create(
    { sid: accountSid, friendlyName: "Acme", createdAt: clock.now },
    { accountSid, sid: accountSid, secretHash: "hash", createdAt: clock.now },
  );
  await store.services.create(service);
  return { store, clock, accountSid, serviceSid: service.sid };
}

export function newSid(prefix: string): string {
  return prefix + randomUUID().replaceAll("-", "");
}

export function newService(given: { accountSid: string; sid?: string; createdAt: number }): Service {
  return { sid: newSid("VA"), settings: settingsOf({ FriendlyName: "Acme" }), updatedAt: given.createdAt, ...given };
}
