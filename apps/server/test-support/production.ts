import type { Logger } from "pino";
import type { AuthServerSetting } from "../src/auth-servers/auth-server.ts";
import type { ConsoleSettings } from "../src/console/settings.ts";
import type { ChannelUrl } from "../src/delivery/channel-urls.ts";
import { createEndOfMessage } from "../src/delivery/end-of-message.ts";
import { noOutlets, outletsOf } from "../src/delivery/outlets.ts";
import { createProviderReceipts, type ProviderReceipts } from "../src/delivery/provider-receipts.ts";
import { watchProviders } from "../src/delivery/provider-watch.ts";
import { createReceiver } from "../src/delivery/receipts.ts";
import type { Routed } from "../src/delivery/routing.ts";
import { createRouter, type Routes } from "../src/delivery/routing.ts";
import { createDeliveryWorker } from "../src/delivery/worker.ts";
import { publicHttps } from "../src/events/sender.ts";
import type { GuardPolicy } from "../src/guard/send-guard.ts";
import type { Clock } from "../src/kernel/clock.ts";
import { limits } from "../src/kernel/limits.ts";
import { newSid } from "../src/kernel/random.ts";
import type { PushCredential } from "../src/notifications/credentials.ts";
import { openPushWay } from "../src/notifications/sender.ts";
import type { Metrics } from "../src/operator/metrics.ts";
import { listen, type Running } from "../src/server.ts";
import { openStore } from "../src/store/open-store.ts";
import type { Store } from "../src/store/store.ts";
import type { DeliverableMessage } from "../src/verifications/composed-send.ts";
import { createVault } from "../src/verifications/vault.ts";
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
  /** What became of the next ones, one each; then they are delivered. */
  answers: Routed[];
  /** Hands over what waits in the outbox. */
  deliver: () => Promise<void>;
  store: Store;
  /** What providers that are known by name are told, and where they post receipts. */
  receipts: ProviderReceipts;
}

/** As requests have it, and as providers are told it. */
export const receiptsPath = "/gateway/receipts";
export const receiptsBase = `https://verify.example.com${receiptsPath}`;

/** @param isHeld whether messages stay in the outbox until `deliver` is called */
export async function startProduction({
  databaseUrl,
  secret,
  previousSecret,
  isHeld = false,
  clock = Date.now,
  metrics,
  guard,
  authServers,
  console,
  logger,
  routes,
  channels = [],
  smsRoutes = [],
  pushCredentials = [],
  credentials: given,
}: {
  databaseUrl: string;
  secret: string;
  previousSecret?: string;
  isHeld?: boolean;
  clock?: Clock;
  metrics?: Metrics;
  guard?: GuardPolicy;
  authServers?: readonly AuthServerSetting[];
  console?: ConsoleSettings;
  logger?: Logger;
  /** Real providers in place of the list. They are not closed with it. */
  routes?: Routes;
  /** Whose receipts it takes. */
  channels?: readonly ChannelUrl[];
  /** What messaging configurations may name, where no real providers tell it. */
  smsRoutes?: readonly string[];
  pushCredentials?: readonly PushCredential[];
  /** Of an account that is there already. */
  credentials?: Credentials;
}): Promise<ProductionServer> {
  const credentials = given ?? (await createAccount(databaseUrl));
  const vault = createVault(secret, previousSecret);
  const opened = await openStore(databaseUrl, clock, { wrapping: vault });
  const store = metrics?.observeStore(opened) ?? opened;
  const codes = new Set<string>();
  const sent: DeliverableMessage[] = [];
  const answers: Routed[] = [];
  const pushes = await openPushWay(pushCredentials, { clock, watch: watchProviders(store.providers, { clock }) });
  const router = routes && createRouter(routes, clock, { watch: watchProviders(store.providers, { clock }) });
  const { handOver, drain } = createDeliveryWorker({
    store,
    vault,
    clock,
    async carry(message, content) {
      sent.push(content);
      return router?.deliver(message, content) ?? answers.shift() ?? { status: "delivered" };
    },
    observe: metrics?.tried,
  });
  const receive = createReceiver(store, clock);
  const endOf = createEndOfMessage({ store, vault });
  const at = { base: receiptsBase, path: receiptsPath };
  const receipts = createProviderReceipts({ ...at, channels, vault, clock, receive, endOf });
  const running = await listen({
    intercepts: [receipts.intercept],
    operator: metrics && { metrics, at: { port: 0, host: "127.0.0.1" } },
    guard,
    authServers,
    console,
    logger,
    parts: {
      store,
      vault: { ...vault, seal: (code, binding) => vault.seal(codes.add(code) && code, binding) },
      clock,
      carriers: () => null,
      channels: new Set(["sms", "call", "email", "whatsapp", "sna"]),
      lifetimeSeconds: limits.lifetimeSeconds,
      newSid,
      newCode: vault.newCode,
      askCarrier: async () => ({ code: 0, description: "Success", carrier: null }),
      receive,
      pushes,
      webhooks: { ...publicHttps, pollMs: 1_000 },
      hasUsers: false,
      outlets: routes
        ? outletsOf(routes)
        : {
            ...noOutlets,
            list: () => pushes.outlets,
            smsRoutes: () => smsRoutes.map((sid) => ({ sid, providers: [] })),
          },
      delivery: { to: "outbox", ...(!isHeld && { handOver }) },
    },
  });
  const api = apiOf(running.url, credentials);
  return { ...running, api, credentials, codes, sent, answers, deliver: drain, store, receipts };
}
