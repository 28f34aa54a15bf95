import { newCredential } from "../src/accounts/authenticate.ts";
import { accepted } from "../src/kernel/refusal.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import { decideEnd, endedBy } from "../src/verifications/end.ts";
import { decide, start } from "./store-commands.ts";
import { newService, newSid } from "./store-subject.ts";

/** Changes resources in the databases that its words name until it is killed, and tells of each that it is through with. */
const accountSid = newSid("AC");
const by = { actor: newSid("SK"), address: "192.0.2.1" };
const next = (text: string | null) => String(Number(text) + 1);

await Promise.all(
  process.argv.slice(2).map(async (url) => {
    const store = await openStore(url);
    const token = newCredential({ accountSid, sid: accountSid, secret: "token", createdAt: store.clock() });
    await store.accounts.create({ sid: accountSid, friendlyName: "0", createdAt: store.clock() }, token, by);
    await Promise.all(Array.from({ length: 6 }, () => changeForEver(url, store)));
  }),
);

/** What is changed counts its changes in its own text. */
async function changeForEver(url: string, store: Store): Promise<never> {
  for (let round = 0; ; round += 1) {
    const service = newService({ accountSid, createdAt: store.clock() });
    const { sid: serviceSid, settings } = service;
    await store.services.create({ ...service, settings: { ...settings, friendlyName: "0" } }, by);
    const times = { createdAt: store.clock(), updatedAt: store.clock() };
    const limit = { accountSid, serviceSid, sid: newSid("RK"), uniqueName: "address", description: "0", ...times };
    await store.rateLimits.create(limit, by);
    const counted = { accountSid, serviceSid, sid: limit.sid };
    await Promise.all([
      ...[1, 2].map(() =>
        store.services.update(
          ...[accountSid, serviceSid],
          (before) => accepted({ ...before, friendlyName: next(before.friendlyName) }),
          ...[store.clock(), by],
        ),
      ),
      ...[1, 2].map(() =>
        store.rateLimits.update(counted, (before) => ({ ...before, description: next(before.description) }), by),
      ),
      endByHand(store, serviceSid),
      useKey(store, round % 2 > 0),
    ]);
    if (round % 2 > 0) await store.rateLimits.delete(counted, by);
    if (round % 3 > 1) await store.services.delete(accountSid, serviceSid, by);
    process.send?.(url);
  }
}

/** A key that is rotated twice, in its first and second second. */
async function useKey({ accounts, clock }: Store, isRevoked: boolean): Promise<void> {
  const key = { accountSid, sid: newSid("SK") };
  await accounts.addKey(newCredential({ ...key, secret: "one", createdAt: clock() }, { friendlyName: "0" }), by);
  for (const second of [1, 2]) await accounts.rotate(key, () => `hash ${second}`, 0, second * 1000, by);
  if (isRevoked) await accounts.revoke(accountSid, key.sid, by);
}

async function endByHand(store: Store, serviceSid: string): Promise<void> {
  const scope = { store, accountSid, serviceSid };
  const started = await start(scope, "+12025550123");
  if (!started.ok) throw new Error("It was refused.");
  await decide(scope, { sid: started.value.verification.sid }, ({ current }, now) => {
    const ended = decideEnd(current, "approved", now);
    return { outcome: ended.ok, ...(ended.ok && endedBy(by, ended.value, "approved", now)) };
  });
}
