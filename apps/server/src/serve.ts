import cluster from "node:cluster";
import type { Logger } from "pino";
import { openStore } from "./adapters/open-store.ts";
import { newSid } from "./adapters/sid.ts";
import { openRoutes } from "./channels/open-routes.ts";
import type { Config } from "./config.ts";
import { createDeliveryWorker } from "./delivery.ts";
import { createReceiver } from "./receipts.ts";
import { createRouter } from "./router.ts";
import { createVault, listen, type Running } from "./server.ts";

/** Starts a production server. It has none of the sandbox's powers. */
export async function startServer(config: Config, logger: Logger): Promise<Running> {
  // Nobody counts where nobody asks, and the library is not loaded.
  const metrics = config.metrics && (await import("./operator/metrics.ts")).createMetrics(Date.now);
  const opened = await openStore(config.databaseUrl, Date.now);
  const store = metrics?.observeStore(opened) ?? opened;
  const clock = Date.now;
  const vault = createVault(config.secret, config.previousSecret);
  const router = createRouter(
    await openRoutes(config.channels, { log: logger, onReceipt: createReceiver(store, clock) }),
    clock,
  );
  const worker = createDeliveryWorker({ store, vault, clock, carry: router.deliver, log: logger });
  const running = await listen({
    port: config.port,
    host: config.host,
    logger,
    ...(metrics && config.metrics && { operator: { ...(!cluster.isWorker && config.metrics), metrics } }),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    ...(config.eventWebhook && { eventWebhook: config.eventWebhook }),
    dependencies: {
      store,
      vault,
      clock,
      carriers: () => null,
      channels: router.channels,
      lifetimeSeconds: config.lifetimeSeconds,
      newSid,
      askCarrier: async () => ({ code: 60520, description: "SNA URL Failed", carrier: null }),
      delivery: {
        to: "outbox",
        // No caller waits for a channel: what it does with the message, the Attempts log tells.
        handOver: async (message, content) => void worker.handOver(message, content),
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
  const { url, operatorPort } = running;
  logger.info({ url, ...(operatorPort !== undefined && { metricsPort: operatorPort }) }, "listening");
  return running;
}
