import cluster from "node:cluster";
import { operationOf } from "@countersign/document";
import type { Logger } from "pino";
import { whyNothingIsSent } from "./auth-servers/settings.ts";
import type { Config } from "./config.ts";
import { openRoutes } from "./delivery/channel-urls.ts";
import { createEndOfMessage } from "./delivery/end-of-message.ts";
import { outletsOf } from "./delivery/outlets.ts";
import { createProviderReceipts } from "./delivery/provider-receipts.ts";
import { watchProviders } from "./delivery/provider-watch.ts";
import { createReceiver, createSignerOf, signersOf } from "./delivery/receipts.ts";
import { createRouter } from "./delivery/routing.ts";
import { createDeliveryWorker } from "./delivery/worker.ts";
import { publicHttps } from "./events/sender.ts";
import { bundledDocument } from "./http/bundled-document.ts";
import type { Closing } from "./http/closer.ts";
import { newSid } from "./kernel/random.ts";
import { openPushWay } from "./notifications/sender.ts";
import { openTracing } from "./operator/tracing-setting.ts";
import { listen, type Running } from "./server.ts";
import { openStore } from "./store/open-store.ts";
import { openTemplates } from "./templates/catalogue.ts";
import { createVault } from "./verifications/vault.ts";

/** Starts a production server. It has none of the sandbox's powers. */
export async function startServer(config: Config, logger: Logger, closing?: Closing): Promise<Running> {
  const vault = createVault(config.secret, config.previousSecret);
  const { templates, problems } = await openTemplates(config.templatesFile);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const opened = await openStore(config.databaseUrl, undefined, { wrapping: vault, log: logger });
  // Time is the database's: servers whose own clocks differ agree on when a window ends.
  const { clock } = opened;
  // Nobody counts where nobody asks, and the library is not loaded.
  const metrics = config.metrics && (await import("./operator/metrics.ts")).createMetrics(clock);
  const counted = metrics?.observeStore(opened) ?? opened;
  const tracing = await openTracing(process.env, config.databaseUrl, logger);
  const store = tracing?.observeStore(counted) ?? counted;
  const receive = createReceiver(store, clock, { observe: metrics?.received });
  const endOf = createEndOfMessage({ store, vault });
  const signers = signersOf(config.channels);
  const takesReceipts = config.publicUrl !== undefined && signers.length > 0;
  const callbackUrl = config.publicUrl === undefined ? undefined : config.publicUrl.replace(/\/+$/, "") + receiptsPath;
  const receipts =
    callbackUrl === undefined
      ? undefined
      : createProviderReceipts({
          base: callbackUrl,
          path: receiptsPath,
          channels: config.channels,
          vault,
          clock,
          receive,
          endOf,
          log: logger,
          counts: metrics,
        });
  const routes = await openRoutes(config.channels, {
    log: logger,
    clock,
    onReceipt: receive,
    callbackUrl,
    addresses: receipts,
  });
  const watch = watchProviders(store.providers, { clock, log: logger });
  const pushes = await openPushWay(config.pushCredentials, { clock, watch });
  const ofMessages = outletsOf(routes, watch);
  const outlets = { ...ofMessages, list: () => [...ofMessages.list(), ...pushes.outlets] };
  metrics?.begin(outlets.list());
  const router = createRouter(routes, clock, { endOf, watch });
  const worker = createDeliveryWorker({
    store,
    vault,
    clock,
    carry: tracing?.observeTries(router.deliver) ?? router.deliver,
    log: logger,
    observe: metrics?.tried,
  });
  const handOver = tracing?.observeHandOver(worker.handOver) ?? worker.handOver;
  const running = await listen({
    port: config.port,
    host: config.host,
    logger: tracing?.observeLog(logger) ?? logger,
    tracing,
    operator: metrics && { metrics, at: cluster.isWorker ? undefined : config.metrics },
    publicUrl: config.publicUrl,
    corsOrigins: config.corsOrigins,
    eventWebhook: config.eventWebhook,
    guard: config.guard,
    authServers: config.authServers,
    console: config.console,
    intercepts: receipts ? [receipts.intercept] : [],
    closing,
    parts: {
      store,
      vault,
      clock,
      guessing: { codesGrow: config.growingCodes },
      carriers: () => null,
      channels: router.channels,
      outlets,
      emailSenders: config.emailSenders,
      lifetimeSeconds: config.lifetimeSeconds,
      templates,
      newSid,
      newCode: vault.newCode,
      askCarrier: async () => ({ code: 60520, description: "SNA URL Failed", carrier: null }),
      signerOf: takesReceipts ? createSignerOf(signers, clock) : undefined,
      receive,
      pushes,
      webhooks: { ...publicHttps, pollMs: 1_000 },
      hasUsers: false,
      delivery: {
        to: "outbox",
        // No caller waits for a channel: what it does with the message, the Attempts log tells.
        handOver: async (message, content) => void handOver(message, content),
      },
    },
    delivery: {
      async stop() {
        await worker.stop();
        await router.close();
      },
    },
  });
  worker.start();
  for (const { sid, services } of await store.messagingConfigurations.lost(outlets.smsRoutes().map(({ sid }) => sid))) {
    logger.error({ route: sid, services }, "messaging configurations name a route that is not set up");
  }
  const ofPushes = new Set(config.pushCredentials.map(({ sid }) => sid));
  for (const credential of await store.services.pushCredentialsInUse()) {
    if (!ofPushes.has(credential))
      logger.error({ credential }, "services name a credential for pushes that is not set up");
  }
  for (const { name, accountSid, serviceSid } of config.authServers) {
    const why = whyNothingIsSent(await store.services.fetch(accountSid, serviceSid), config.channels);
    if (why) logger.error({ authServer: name, service: serviceSid, why }, "nothing is sent for an auth server");
  }
  const { url, operatorPort, consolePort } = running;
  logger.info({ url, metricsPort: operatorPort, consolePort }, "listening");
  if (config.channels.length === 0) {
    logger.warn("no channel is set up, so every start is refused; see COUNTERSIGN_SMS_URL and the like");
  }
  return tracing ? { ...running, close: tracing.observeClose(running.close) } : running;
}

/** Where gateways post what they learn of their messages, and below which providers that are known by name do. */
const { path: receiptsPath } = operationOf(bundledDocument, "processReceipt");
