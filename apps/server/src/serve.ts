import type { Logger } from "pino";
import { openStore } from "./adapters/open-store.ts";
import { newSid } from "./adapters/sid.ts";
import type { Config } from "./config.ts";
import { createVault, listen, type Running } from "./server.ts";

/** Starts a production server. It has none of the sandbox's powers. */
export async function startServer(config: Config, logger: Logger): Promise<Running> {
  const store = await openStore(config.databaseUrl, Date.now);
  const running = await listen({
    port: config.port,
    host: config.host,
    logger,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    dependencies: {
      store,
      vault: createVault(config.secret),
      clock: Date.now,
      carriers: () => null,
      // No channel can be set up yet, so every start is refused as such, and custom codes have nobody to go to.
      channels: new Set(),
      lifetimeSeconds: config.lifetimeSeconds,
      newSid,
      askCarrier: async () => ({ code: 60520, description: "SNA URL Failed", carrier: null }),
      delivery: { to: "outbox" },
    },
  });
  logger.info({ url: running.url }, "listening");
  return running;
}
