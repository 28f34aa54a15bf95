import { randomBytes } from "node:crypto";
import type { Attempt } from "../attempts/attempt.ts";
import { createSignerOf } from "../delivery/providers/gateway/signers.ts";
import { createReceiver } from "../delivery/receipts.ts";
import { sandboxCarriers } from "../kernel/carrier-lookup.ts";
import { limits } from "../kernel/limits.ts";
import { hashSecret } from "../kernel/secret-hash.ts";
import { newSid } from "../kernel/sid.ts";
import { StoreUnavailableError } from "../kernel/unavailable.ts";
import { createVault, listen, type Running, type ServerOptions } from "../server.ts";
import { settingsOf } from "../services/service.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { sandboxAccount, sandboxGateway, sandboxServiceSid } from "./account.ts";
import { seedApplication } from "./application.ts";
import { createInbox } from "./inbox.ts";
import type { Inbox } from "./inbox-port.ts";
import { createSandboxClock } from "./sandbox-clock.ts";
import { simulatedCarrier } from "./simulated-carrier.ts";

export { sandboxAccount, sandboxServiceSid };

const inMemory = "sqlite::memory:";

export interface SandboxOptions extends ServerOptions {
  databaseUrl?: string;
  /** What codes are sealed with. In memory a new one by default; a database that is opened again needs the same. */
  secret?: string;
}

/**
 * Starts the sandbox: an account and a service that everybody knows, nothing sent to anybody, and the powers that tests
 * need. By default everything is in memory.
 */
export async function startSandbox({
  databaseUrl = inMemory,
  secret = databaseUrl === inMemory ? randomBytes(32).toString("base64url") : "the sandbox has no secrets",
  host = "127.0.0.1",
  ...options
}: SandboxOptions = {}): Promise<Running> {
  const clock = createSandboxClock();
  const store = await openStore(databaseUrl, clock.now);
  const inbox = createInbox();
  const vault = createVault(secret);
  await seed(store, vault, clock.now());
  const reset = async () => {
    clock.reset();
    inbox.clear();
    await store.reset();
    await seedService(store, vault, clock.now());
  };
  const running = await listen({
    ...options,
    host,
    dependencies: {
      store,
      vault,
      clock: clock.now,
      carriers: sandboxCarriers,
      channels: new Set(["sms", "call", "email", "whatsapp", "sna"]),
      lifetimeSeconds: limits.lifetimeSeconds,
      newSid,
      askCarrier: simulatedCarrier,
      // It gives nothing to gateways: whoever writes one can try its signatures here.
      receipts: {
        signerOf: createSignerOf([sandboxGateway]),
        receive: createReceiver(store, clock.now, { pausesMs: [] }),
      },
      delivery: { to: "memory", keep: keepIn(inbox) },
      sandbox: { inbox, clock, reset },
    },
  });
  return {
    ...running,
    close() {
      inbox.close();
      return running.close();
    },
  };
}

function keepIn(inbox: Inbox) {
  return ({ accountSid, serviceSid, sid, createdAt }: Attempt, content: DeliverableMessage): void => {
    const { channel, verificationSid, to, code, text, locale } = content;
    inbox.add({
      sid: newSid("MS"),
      accountSid,
      serviceSid,
      verificationSid,
      attemptSid: sid,
      to,
      channel,
      code,
      subject: content.subject ?? null,
      text,
      html: content.html ?? null,
      locale,
      createdAt,
    });
  };
}

/** A database that is kept has all of it already. */
async function seed(store: Store, vault: CodeVault, now: number): Promise<void> {
  const { accountSid, authToken } = sandboxAccount;
  const account = { sid: accountSid, friendlyName: "Sandbox", createdAt: now };
  const credential = { accountSid, sid: accountSid, secretHash: hashSecret(authToken), createdAt: now };
  await amongOthers(async () => {
    if (!(await store.accounts.credential(accountSid))) await store.accounts.create(account, credential);
  });
  await seedService(store, vault, now);
}

async function seedService(store: Store, vault: CodeVault, now: number): Promise<void> {
  const { accountSid } = sandboxAccount;
  const [sid, settings] = [sandboxServiceSid, settingsOf({ FriendlyName: "Acme", "Whatsapp.From": "+12025550100" })];
  const { services, applications } = store;
  await amongOthers(async () => {
    const hasService = await services.fetch(accountSid, sid);
    if (!hasService) await services.create({ accountSid, sid, settings, createdAt: now, updatedAt: now });
    const hasApplication = await applications.fetch(accountSid, sid);
    if (!hasApplication) await seedApplication(store, vault, { accountSid, serviceSid: sid, now });
  });
}

/** Makes what is missing. Another sandbox on the same database may come first, and yet another one may reset that. */
async function amongOthers(makeMissing: () => Promise<void>): Promise<void> {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    try {
      return await makeMissing();
    } catch (error) {
      if (triesLeft === 0 || error instanceof StoreUnavailableError) throw error;
    }
  }
}
