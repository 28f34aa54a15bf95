import { randomUUID } from "node:crypto";
import type { Service, ServiceSettings } from "../../domain/service.ts";
import type { Clock, Store } from "../../ports.ts";

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
  return { sid: newSid("VA"), settings: defaultSettings, updatedAt: given.createdAt, ...given };
}

const defaultSettings: ServiceSettings = {
  friendlyName: "Acme",
  codeLength: 6,
  lookupEnabled: false,
  psd2Enabled: false,
  skipSmsToLandlines: false,
  dtmfInputRequired: true,
  ttsName: null,
  doNotShareWarningEnabled: false,
  customCodeEnabled: false,
  defaultTemplateSid: null,
  verifyEventSubscriptionEnabled: false,
  push: { includeDate: null, apnCredentialSid: null, fcmCredentialSid: null },
  totp: { issuer: null, timeStep: null, codeLength: null, skew: null },
  whatsapp: { msgServiceSid: null, from: null },
  passkeys: {
    relyingParty: { id: null, name: null, origins: null },
    authenticatorAttachment: null,
    discoverableCredentials: null,
    userVerification: null,
  },
};
