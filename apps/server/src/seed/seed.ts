import { hashSecret, isSid, newCredential } from "../accounts/authenticate.ts";
import { keyHandlers } from "../console/keys.ts";
import type { WebhookReach } from "../events/sender.ts";
import type { GuardPolicy } from "../guard/send-guard.ts";
import { guardOf } from "../guard/settings.ts";
import type { Handlers } from "../kernel/handler.ts";
import type { Place } from "../kernel/parsed.ts";
import { newSid } from "../kernel/random.ts";
import type { Fault } from "../kernel/written.ts";
import { messagingConfigurationHandlers } from "../messaging-configurations/messaging-configurations.ts";
import { bucketHandlers } from "../rate-limits/buckets.ts";
import { rateLimitHandlers } from "../rate-limits/rate-limits.ts";
import { safeListHandlers } from "../safe-list/safe-list.ts";
import { serviceHandlers } from "../services/services.ts";
import { operator } from "../sql/resources.ts";
import type { FeatureStores, Store } from "../store/store.ts";
import type { Templates } from "../templates/template.ts";
import { newKey } from "../v1/keys.ts";
import { serviceWebhookHandlers } from "../webhooks/webhooks.ts";
import { type AccountParts, applyAccount, applyApplication, type Secrets, type Shown } from "./accounts.ts";
import { createApplier, type Done, type Maker } from "./apply.ts";
import { isFaulty, type Seed } from "./file.ts";
import { applyKey, keySid } from "./keys.ts";
import { countOf, type Item, itemsOf, kinds } from "./kinds.ts";
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
  const count = [own, ...accounts].reduce((sum, holder) => sum + 1 + heldBy(holder), 0);
  let at = ground.store.clock() - count;
  const parts = { stores, secrets: ground.secrets, clock: () => at++ };
  const applier = createApplier(seed.faults);
  const isThere = async (sid: string) => (await stores.accounts.credential(sid)) !== undefined;
  const applyHeld = async (owner: string | undefined, holder: Item, place: Place, owners: readonly string[]) => {
    if (heldBy(holder) === 0) return;
    const accountSid = owner ?? (await standIn(parts));
    const maker = makerOf(parts, ground, accountSid, owners);
    for (const [index, key] of itemsOf(holder, { list: "keys" }).entries()) {
      const at = [...place, "keys", index];
      if (isFaulty(seed.faults, at)) continue;
      const sid = keySid(key, owners);
      if (applier.isFirst(sid, at))
        applier.take(await applyKey(parts, maker, { accountSid, sid }, key, at), "key", sid, key);
    }
    for (const kind of kinds) await applier.applyAll(kind, holder, place, maker, {});
  };

  for (const [index, account] of accounts.entries()) {
    const place = ["accounts", index];
    const sid = String(account?.Sid);
    if (!isFaulty(seed.faults, place) && applier.isFirst(sid, place))
      applier.take(await applyAccount(parts, account, place), "account", sid, account);
    const owner = isSid.test(sid) && (await isThere(sid)) ? sid : undefined;
    await applyHeld(owner, account, place, [sid]);
  }
  const { accountSid } = ground;
  const owner = accountSid !== undefined && (await isThere(accountSid)) ? accountSid : undefined;
  if (owner === undefined && heldBy(own) > 0)
    applier.refuse(
      [],
      accountSid === undefined ? "does not say whose its services are" : `is for ${accountSid}, which is no account`,
    );
  await applyHeld(owner, own, [], []);
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

/** How many things are an account's. */
function heldBy(holder: Item): number {
  return countOf(holder, kinds) + itemsOf(holder, { list: "keys" }).length;
}

/** Makes an account whose things are looked at in place of one that is refused, and is not kept. */
async function standIn({ stores, clock }: AccountParts): Promise<string> {
  const [sid, createdAt] = [newSid("AC"), clock()];
  const credential = newCredential({ accountSid: sid, sid, secret: newKey(), createdAt });
  await stores.accounts.create({ sid, friendlyName: "Any", createdAt }, credential, operator);
  return sid;
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
  const addKey: FeatureStores["accounts"]["addKey"] = (key, by) =>
    stores.accounts.addKey({ ...key, ...(next.secret && { secretHash: hashSecret(next.secret) }) }, by);
  const handlers: Partial<Handlers> = {
    ...serviceHandlers(all),
    ...rateLimitHandlers(all),
    ...bucketHandlers(all),
    ...messagingConfigurationHandlers(all),
    ...serviceWebhookHandlers(all),
    ...safeListHandlers(all),
    ...keyHandlers({ ...all, accounts: { ...stores.accounts, addKey } }),
  };
  return {
    ...{ call: createCall(handlers, accountSid), next, owners },
    application: (serviceSid, item, at) => applyApplication(parts, { accountSid, serviceSid }, item, at),
  };
}
