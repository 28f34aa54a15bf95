import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import type { Gateway } from "./gateway.ts";
import { recipientPrefix } from "./load.ts";
import type { MovableClock } from "./movable-clock.ts";
import { type ServerProcess, spawnServer } from "./server-process.ts";
import type { StageOptions } from "./stage.ts";

/** Starts one server after the other on the same port, database and secret. */
export interface Launcher {
  port: number;
  secret: string;
  server: () => ServerProcess;
  /** Resolves when it listens. */
  start: (change?: { workers?: number; hasMovableClock?: boolean }) => Promise<void>;
  /** Resolves when it is gone. */
  kill: () => Promise<void>;
}

export interface LauncherParts {
  options: StageOptions;
  folder: string;
  databaseUrl: string;
  lifetimeSeconds: number;
  gateway: Gateway;
  clock: MovableClock;
}

export async function createLauncher(parts: LauncherParts): Promise<Launcher> {
  const { options, folder, databaseUrl, lifetimeSeconds, gateway, clock } = parts;
  const [port, ca] = [await freePort(), join(folder, "ca.pem")];
  const secret = randomBytes(32).toString("base64url");
  writeFileSync(ca, gateway.ca);
  const env = {
    COUNTERSIGN_DATABASE_URL: databaseUrl,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_HOST: "127.0.0.1",
    COUNTERSIGN_PUBLIC_URL: `http://127.0.0.1:${port}`,
    COUNTERSIGN_LIFETIME_SECONDS: String(lifetimeSeconds),
    COUNTERSIGN_SMS_URL: gateway.url,
    COUNTERSIGN_CALL_URL: gateway.url,
    // The load is what the guard is there against: it counts, and refuses nothing.
    COUNTERSIGN_SAFE_LIST: recipientPrefix,
    COUNTERSIGN_LIMIT_RECIPIENT: "1000/1d",
    COUNTERSIGN_LIMIT_ACCOUNT: "9999999/1m",
    NODE_EXTRA_CA_CERTS: ca,
    ...clock.env,
  };
  let server: ServerProcess | undefined;
  const running = (): ServerProcess => {
    if (!server) throw new Error("No server was started.");
    return server;
  };
  return {
    port,
    secret,
    server: running,
    async start({ workers = options.workers ?? 1, hasMovableClock = options.hasMovableClock ?? false } = {}) {
      const { main, before } = options;
      const imports = hasMovableClock ? [clock.module] : [];
      server = spawnServer({ main, port, workers, env, imports, ...(before && { before }) });
      await server.listening;
    },
    async kill() {
      running().kill("SIGKILL");
      await running().ended;
    },
  };
}
