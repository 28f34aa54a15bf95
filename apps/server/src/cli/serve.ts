import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { Command } from "commander";
import type { Config } from "../config.ts";
import { within } from "../kernel/under-way.ts";
import { startOperatorServer } from "../operator/operator-server.ts";
import { createProbes } from "../operator/readiness.ts";
import { countOf, portOption } from "./options.ts";
import { usableConfigOrThrow } from "./server-config.ts";
import { CommandError, type Terminal, untilStopped } from "./terminal.ts";

/** `countersign serve` */
export function serveCommand(terminal: Terminal): Command {
  return new Command("serve")
    .description("run a production server")
    .addOption(portOption())
    .option("--workers <number>", "how many processes share the port", countOf, 1)
    .addHelpText(
      "after",
      `
Reads COUNTERSIGN_DATABASE_URL (sqlite:./file.db or postgres://…), COUNTERSIGN_SECRET (32 characters or more), and if
they are set COUNTERSIGN_PUBLIC_URL, COUNTERSIGN_LIFETIME_SECONDS, COUNTERSIGN_HOST, COUNTERSIGN_SECRET_PREVIOUS,
COUNTERSIGN_CORS_ORIGINS, COUNTERSIGN_METRICS_PORT, COUNTERSIGN_METRICS_HOST and PORT. Limits on sends are
COUNTERSIGN_LIMIT_RECIPIENT, COUNTERSIGN_LIMIT_ACCOUNT, COUNTERSIGN_LIMIT_CLIENT, COUNTERSIGN_PUMPING_GUARD,
COUNTERSIGN_GUARD, COUNTERSIGN_SAFE_LIST, COUNTERSIGN_COUNTRIES and COUNTERSIGN_HIGH_COST; the operator's guide tells
what holds without them. Channels are COUNTERSIGN_SMS_URL, COUNTERSIGN_CALL_URL, COUNTERSIGN_EMAIL_URL and
COUNTERSIGN_WHATSAPP_URL: one URL each, or several in the order of fail-over. COUNTERSIGN_WEBHOOK_URL, with
COUNTERSIGN_WEBHOOK_SECRET, hears what becomes of verifications and messages; COUNTERSIGN_WEBHOOK_PRIVATE=on lets it be
at a private address. Logs JSON, a line each.`,
    )
    .action(async ({ port, workers }: { port: number; workers: number }) => {
      const config = await usableConfigOrThrow({ ...terminal.env, PORT: String(port) });
      if (workers > 1 && cluster.isPrimary) {
        if (/^sqlite:(:memory:)?$/.test(config.databaseUrl)) {
          throw new CommandError("--workers needs a database that they share; one in memory is not.", "usage");
        }
        return await runWorkers(terminal, workers, config);
      }
      const [{ startServer }, { pino }] = await Promise.all([import("../serve.ts"), import("pino")]);
      await untilStopped(terminal, await startServer(config, pino(), closing));
    });
}

/** A load balancer asks every second or so whether to send more. */
const closing = { lingerMs: 1_000, waitMs: 5_500 };

/**
 * What a request leaves behind dies young: where there is room for it, a seventh to a third of all time is saved. A heap is laid
 * out when its process starts, and NODE_OPTIONS refuses two of these.
 */
export const youngGeneration = [
  "--min-semi-space-size=16",
  "--max-semi-space-size=32",
  "--initial-old-space-size=128",
] as const;

/**
 * Runs this same command in several processes that share its port, until somebody wants to stop.
 * One that dies is replaced. @throws CommandError when one ends before it listens: the next would, too.
 */
async function runWorkers({ signal }: Terminal, count: number, { metrics }: Config): Promise<void> {
  // Words of the operator's own come last and win.
  cluster.setupPrimary({ execArgv: [...youngGeneration, ...process.execArgv] });
  const ready = new Set<Worker>();
  const failed = new AbortController();
  cluster.on("listening", (worker) => ready.add(worker));
  cluster.on("exit", (worker) => {
    if (signal.aborted) return;
    if (ready.delete(worker)) cluster.fork();
    else failed.abort();
  });
  const isReady = async () => ready.size === count && !signal.aborted;
  const operator = metrics && (await startOperatorServer({ ...metrics, ...(await sumOfWorkers(isReady)) }));
  for (let started = 0; started < count; started += 1) cluster.fork();
  const end = AbortSignal.any([signal, failed.signal]);
  if (!end.aborted) await once(end, "abort");
  await Promise.all(Object.values(cluster.workers ?? {}).map(stop));
  operator?.close();
  if (failed.signal.aborted) throw new CommandError("A worker ended before it listened.");
}

async function sumOfWorkers(isReady: () => Promise<boolean>) {
  const { AggregatorRegistry } = await import("prom-client");
  const registry = new AggregatorRegistry();
  const metrics = { contentType: registry.contentType, text: () => registry.clusterMetrics() };
  return { metrics, probes: createProbes({ isReady }) };
}

/** A server that stops has ended by then; one that hangs never does. */
const workerMs = 7_700;

async function stop(worker: Worker | undefined): Promise<void> {
  if (!worker || worker.isDead()) return;
  const exited = once(worker, "exit");
  worker.process.kill("SIGTERM");
  if (!(await within(workerMs, exited))) worker.process.kill("SIGKILL");
}
