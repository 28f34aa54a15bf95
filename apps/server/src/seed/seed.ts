import type { WebhookReach } from "../events/sender.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import { guardOf } from "../guard/settings.ts";
import type { Handlers } from "../kernel/handler.ts";
import { newSid } from "../kernel/random.ts";
import type { Fault, Place } from "../kernel/written.ts";
import { messagingConfigurationHandlers } from "../messaging-configurations/messaging-configurations.ts";
import { bucketHandlers } from "../rate-limits/buckets.ts";
import { rateLimitHandlers } from "../rate-limits/rate-limits.ts";
import { safeListHandlers } from "../safe-list/safe-list.ts";
import { serviceHandlers } from "../services/services.ts";
import type { FeatureStores, Store } from "../store/store.ts";
import type { Templates } from "../templates/template.ts";
import { serviceWebhookHandlers } from "../webhooks/webhooks.ts";
import { type AccountParts, applyAccount, applyApplication, type Secrets, type Shown } from "./accounts.ts";
import { createApplier, type Done, type Maker } from "./apply.ts";
import { isFaulty, type Seed } from "./file.ts";
import { countOf, type Item, kinds } from "./kinds.ts";
import { createCall } from "./operations.ts";

/** The server that a seed is for. */
export interface Ground {
  store: Pick<Store, "atOnce" | "clock">;
  /** Whose is what the file has beside its accounts. */
  accountSid: string | undefined;
  templates: Templates;
  pushes: { has(platform: "apn" | "fcm", sid: string): boolean };
  outlets: { smsRoutes(): readonly { sid: string }[] };
  webhooks: WebhookReach;
  guardPolicy?: GuardPolicy | undefined;
  takesUnlisted?: boolean;
  secrets: Secrets;
}

/** What came of a seed: everything, or why nothing. */
export type Seeded = { done: Done[]; shown: Shown[] } | { problems: string[]; faults: readonly Fault[] };

/**
 * Brings everything about that a seed file says, in one transaction and by the rules of the API, and changes nothing that is
 * so already. Nothing is deleted.
 * @param isTrial whether it is only to be seen what would come of it
 */
export async function applySeed(seed: Seed, ground: Ground, isTrial = false): Promise<Seeded> {
  let seeded: Seeded = { problems: [], faults: [] };
  const undo = new Error("It is not to be kept.");
  const work = async (stores: FeatureStores) => {
    seeded = await applyTo(stores, seed, ground);
    if (isTrial || "problems" in seeded) throw undo;
  };
  await ground.store.atOnce(work).catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return seeded;
}

async function applyTo(stores: FeatureStores, seed: Seed, ground: Ground): Promise<Seeded> {
  const { own, accounts } = seed;
  // Lists are in the order of time, so that no two things are made at one.
  const count = [own, ...accounts].reduce((sum, holder) => sum + 1 + countOf(holder, kinds), 0);
  let at = ground.store.clock() - count;
  const parts = { stores, secrets: ground.secrets, clock: () => at++ };
  const applier = createApplier(seed.faults);
  const isThere = async (sid: string) => (await stores.accounts.credential(sid)) !== undefined;
  const applyHeld = async (accountSid: string, holder: Item, place: Place, owners: readonly string[]) => {
    const maker = makerOf(parts, ground, accountSid, owners);
    for (const kind of kinds) await applier.applyAll(kind, holder, place, maker, {});
  };

  for (const [index, account] of accounts.entries()) {
    const place = ["accounts", index];
    if (isFaulty(seed.faults, place)) continue;
    const sid = String(account.Sid);
    applier.take(await applyAccount(parts, account, place), "account", sid, account);
    if (await isThere(sid)) await applyHeld(sid, account, place, [sid]);
  }
  const { accountSid } = ground;
  if (accountSid !== undefined && (await isThere(accountSid))) await applyHeld(accountSid, own, [], []);
  else if (countOf(own, kinds) > 0)
    applier.refuse(
      [],
      accountSid === undefined ? "does not say whose its services are" : `is for ${accountSid}, which is no account`,
    );
  // Templates are in no database: the server reads them where it starts.
  for (const [index, { sid }] of seed.templates.entries())
    if (!ground.templates.find(sid))
      applier.refuse(
        ["templates", index],
        "is none of those that the server reads: COUNTERSIGN_TEMPLATES may name this file",
      );
  const { done, shown, faults } = applier;
  return faults.length > 0 ? { problems: seed.tell(faults), faults } : { done, shown };
}

/** Makes what is of an account. @param owners see `Maker` */
function makerOf(parts: AccountParts, ground: Ground, accountSid: string, owners: readonly string[]): Maker {
  const { stores, clock } = parts;
  const next: Maker["next"] = { sid: undefined };
  const all = {
    ...{ guardPolicy: guardOf({}), ...ground, ...stores, clock, signingClock: clock },
    newSid: (prefix: string) => (next.sid?.startsWith(prefix) ? next.sid : newSid(prefix)),
    // Who hears of a webhook's events may not be there yet, and nobody who calls is to be kept from calling often.
    send: async () => ({ status: 200 }),
    requests: { ...stores.requests, count: async () => 0 },
  };
  const handlers: Partial<Handlers> = {
    ...serviceHandlers(all),
    ...rateLimitHandlers(all),
    ...bucketHandlers(all),
    ...messagingConfigurationHandlers(all),
    ...serviceWebhookHandlers(all),
    ...safeListHandlers(all),
  };
  return {
    ...{ call: createCall(handlers, accountSid), next, owners },
    application: (serviceSid, item, at) => applyApplication(parts, { accountSid, serviceSid }, item, at),
  };
}
