import { randomBytes } from "node:crypto";
import { createInbox } from "./adapters/inbox.ts";
import { openStore } from "./adapters/open-store.ts";
import { createSandboxClock } from "./adapters/sandbox-clock.ts";
import { hashSecret } from "./adapters/secret-hash.ts";
import { simulatedCarrier } from "./adapters/simulated-carrier.ts";
import { type Carry, createDispatcher } from "./delivery.ts";
import { limits } from "./domain/limits.ts";
import { sandboxCarriers } from "./domain/lookup.ts";
import { settingsOf } from "./operations/service-body.ts";
import type { Inbox, Store } from "./ports.ts";
import { createVault, listen, newSid, type Running, type ServerOptions } from "./server.ts";

/** What the sandbox is made of, for whoever knows no secret. */
export const sandboxAccount = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
export const sandboxServiceSid = "VA00000000000000000000000000000001";

export interface SandboxOptions extends ServerOptions {
  databaseUrl?: string;
  /** What codes are sealed with; a new one by default. Whoever opens a database again needs the one of before. */
  secret?: string;
}

/**
 * Starts the sandbox: an account and a service that everybody knows, nothing sent to anybody, and the powers that tests
 * need. By default everything is in memory.
 */
export async function startSandbox({
  databaseUrl = "sqlite::memory:",
  secret = randomBytes(32).toString("base64url"),
  host = "127.0.0.1",
  ...options
}: SandboxOptions = {}): Promise<Running> {
  const clock = createSandboxClock();
  const store = await openStore(databaseUrl, clock.now);
  const inbox = createInbox();
  const vault = createVault(secret);
  await seed(store, clock.now());
  const reset = async () => {
    clock.reset();
    inbox.clear();
    await store.reset();
    await seedService(store, clock.now());
  };
  return listen({
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
      dispatch: createDispatcher({ store, vault, clock: clock.now, carry: toInbox(inbox) }),
      sandbox: { inbox, clock, reset },
    },
  });
}

function toInbox(inbox: Inbox): Carry {
  return async ({ accountSid, serviceSid, attemptSid, channel, createdAt }, content) => {
    if (channel === "sna") throw new Error("Silent network authentication sends nothing.");
    const { verificationSid, to, code, text, locale } = content;
    inbox.add({
      sid: newSid("MS"),
      accountSid,
      serviceSid,
      verificationSid,
      attemptSid,
      to,
      channel,
      code,
      subject: content.subject ?? null,
      text,
      html: content.html ?? null,
      locale,
      createdAt,
    });
    return { status: "delivered", errorCode: null };
  };
}

/** A database that is kept has the account already. */
async function seed(store: Store, now: number): Promise<void> {
  const { accountSid, authToken } = sandboxAccount;
  if (await store.accounts.credential(accountSid)) return;
  await store.accounts.create(
    { sid: accountSid, friendlyName: "Sandbox", createdAt: now },
    { accountSid, sid: accountSid, secretHash: hashSecret(authToken), createdAt: now },
  );
  await seedService(store, now);
}

async function seedService(store: Store, now: number): Promise<void> {
  await store.services.create({
    accountSid: sandboxAccount.accountSid,
    sid: sandboxServiceSid,
    settings: settingsOf({ FriendlyName: "Acme", "Whatsapp.From": "+12025550100" }),
    createdAt: now,
    updatedAt: now,
  });
}
