import { openStore } from "../src/adapters/open-store.ts";
import { createDispatcher } from "../src/delivery.ts";
import { limits } from "../src/domain/limits.ts";
import type { DeliverableMessage } from "../src/operations/composed-send.ts";
import { createVault, listen, newSid, type Running } from "../src/server.ts";
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
}: {
  databaseUrl: string;
  secret: string;
  isHeld?: boolean;
}): Promise<ProductionServer> {
  const credentials = await createAccount(databaseUrl);
  const store = await openStore(databaseUrl, Date.now);
  const vault = createVault(secret);
  const codes = new Set<string>();
  const sent: DeliverableMessage[] = [];
  const deliver = createDispatcher({
    store,
    vault,
    clock: Date.now,
    async carry(_message, content) {
      sent.push(content);
      return { status: "delivered", errorCode: null };
    },
  });
  const running = await listen({
    dependencies: {
      store,
      vault: { ...vault, seal: (code, binding) => vault.seal(codes.add(code) && code, binding) },
      clock: Date.now,
      carriers: () => null,
      channels: new Set(["sms", "call", "email", "whatsapp", "sna"]),
      lifetimeSeconds: limits.lifetimeSeconds,
      newSid,
      askCarrier: async () => ({ code: 0, description: "Success", carrier: null }),
      dispatch: isHeld ? async () => undefined : deliver,
    },
  });
  return { ...running, api: apiOf(running.url, credentials), credentials, codes, sent, deliver };
}
