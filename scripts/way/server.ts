import { publicHttps } from "../../apps/server/src/events/sender.ts";
import { readGuard } from "../../apps/server/src/guard/settings.ts";
import { limits } from "../../apps/server/src/kernel/limits.ts";
import { newSid } from "../../apps/server/src/kernel/random.ts";
import { sandboxAccount, sandboxServiceSid } from "../../apps/server/src/sandbox/account.ts";
import { makeKnownAccount, makeKnownService } from "../../apps/server/src/sandbox/known.ts";
import { listen } from "../../apps/server/src/server.ts";
import { openStore } from "../../apps/server/src/store/open-store.ts";
import { createVault } from "../../apps/server/src/verifications/vault.ts";

/** A production server on SQLite, guarded as it is by default, with the sandbox's account. What it sends, it keeps. */
export async function startServer() {
  const clock = Date.now;
  const store = await openStore("sqlite::memory:", clock);
  const vault = createVault("a secret of no less than 32 characters");
  await makeKnownAccount(store, clock());
  await makeKnownService(store, vault, clock());
  const codes: string[] = [];
  const { url, close } = await listen({
    guard: readGuard({}).guard,
    parts: {
      // What is swept at the start would pass files beside.
      store: { ...store, erase: async () => undefined },
      vault,
      clock,
      carriers: () => null,
      channels: new Set(["sms"]),
      lifetimeSeconds: limits.lifetimeSeconds,
      newSid,
      newCode: vault.newCode,
      askCarrier: async () => ({ code: 0, description: "Success", carrier: null }),
      receive: async () => undefined,
      pushes: { carry: async () => ({ status: "sent" }), has: () => true, outlets: [], pollMs: 3_600_000 },
      webhooks: { ...publicHttps, pollMs: 1_000 },
      hasUsers: false,
      delivery: { to: "memory", keep: async (_attempt, { code }) => void codes.push(code) },
    },
  });
  const { accountSid, authToken } = sandboxAccount;
  return {
    url: `${url}/v2/Services/${sandboxServiceSid}`,
    authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
    codes,
    close,
  };
}
