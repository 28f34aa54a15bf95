import { openStore } from "../src/adapters/open-store.ts";
import { newSid } from "../src/adapters/sid.ts";
import { createDispatcher } from "../src/delivery.ts";
import { limits } from "../src/domain/limits.ts";
import type { DeliverableMessage } from "../src/operations/composed-send.ts";
import type { Clock } from "../src/ports.ts";
import { createVault, listen, type Running } from "../src/server.ts";
import { type Api, apiOf, type Credentials } from "./api.ts";
import { createAccount } from "./databases.ts";

/** A server without the sandbox's powers, all of whose channels end in a list. */
export interface ProductionServer extends Running {
  api: Api;
  credentials: Credentials;
  /** The codes that it has issued. */
  codes: Set<string>;
  /** What was handed to a channel, oldest first. */
  sent: DeliverableMessage[];
  /** Hands over what waits in the outbox. */
  deliver: () => Promise<void>;
}

/** @param isHeld whether messages stay in the outbox until `deliver` is called */
export async function startProduction({
  databaseUrl,
  secret,
  isHeld = false,
  clock = Date.now,
}: {
  databaseUrl: string;
  secret: string;
  isHeld?: boolean;
  clock?: Clock;
}): Promise<ProductionServer> {
  const credentials = await createAccount(databaseUrl);
  const store = await openStore(databaseUrl, clock);
  const vault = createVault(secret);
  const codes = new Set<string>();
  const sent: DeliverableMessage[] = [];
  const { handOver, drain } = createDispatcher({
    store,
    vault,
    clock,
    async carry(_message, content) {
      sent.push(content);
      return { status: "delivered", errorCode: null };
    },
  });
  const running = await listen({
    dependencies: {
      store,
      vault: { ...vault, seal: (code, binding) => vault.seal(codes.add(code) && code, binding) },
      clock,
      carriers: () => null,
      channels: new Set(["sms", "call", "email", "whatsapp", "sna"]),
      lifetimeSeconds: limits.lifetimeSeconds,
      newSid,
      askCarrier: async () => ({ code: 0, description: "Success", carrier: null }),
      delivery: { to: "outbox", ...(!isHeld && { handOver }) },
    },
  });
  return { ...running, api: apiOf(running.url, credentials), credentials, codes, sent, deliver: drain };
}
