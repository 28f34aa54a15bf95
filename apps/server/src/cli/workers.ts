import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { Config } from "../config.ts";
import { backOffMs } from "../kernel/back-off.ts";
import { randomFraction } from "../kernel/random.ts";
import { within } from "../kernel/under-way.ts";
import { startOperatorServer } from "../operator/operator-server.ts";
import { createProbes } from "../operator/readiness.ts";
import { CommandError } from "./terminal.ts";

/**
 * What a request leaves behind dies young: where there is room for it, a seventh to a third of all time is saved. A heap is laid
 * out when its process starts, and NODE_OPTIONS refuses two of these.
 */
export const youngGeneration = [
  "--min-semi-space-size=16",
  "--max-semi-space-size=32",
  "--initial-old-space-size=128",
] as const;

/** A worker that lived so long had no fault in its start. */
const steadyMs = 60_000;
const backOff = { firstMs: 1_000, longestMs: 30_000, spread: 1 / 2 };
/** Each worker is asked so often whether it lives, and ended when it left so many questions in a row unanswered. */
const askEveryMs = 1_000;
const unansweredMax = 10;
const [question, answer] = ["does it live?", "it lives"];

interface Log {
  error(details: object, message: string): void;
}

/**
 * Runs this same command in several processes that share its port, until somebody wants to stop. One that dies is
 * replaced: the first time at once, and where it dies young again and again, after pauses that grow. One that hangs is
 * ended. @throws CommandError when the first ones end before any has listened: the next would, too.
 */
export async function runWorkers(
  { signal }: { signal: AbortSignal },
  count: number,
  { metrics }: Pick<Config, "metrics">,
  log: Log,
): Promise<void> {
  // Words of the operator's own come last and win.
  cluster.setupPrimary({ execArgv: [...youngGeneration, ...process.execArgv] });
  const ready = new Set<Worker>();
  const failed = new AbortController();
  const end = AbortSignal.any([signal, failed.signal]);
  let hasListened = false;

  function start(deaths: number): void {
    const worker = cluster.fork();
    const bornAt = performance.now();
    const rest = watch(worker, log);
    worker.once("listening", () => {
      hasListened = true;
      ready.add(worker);
    });
    worker.once("exit", (code, killedBy) => {
      ready.delete(worker);
      rest();
      if (end.aborted) return;
      if (!hasListened) return failed.abort();
      const isYoung = performance.now() - bornAt < steadyMs;
      const pauseMs = isYoung && deaths > 0 ? backOffMs(backOff, deaths, randomFraction()) : 0;
      log.error({ worker: worker.process.pid, code, signal: killedBy, pauseMs }, "a worker ended, and is replaced");
      const timer = setTimeout(() => start(isYoung ? deaths + 1 : 0), pauseMs);
      end.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
  }

  const isReady = async () => ready.size === count && !signal.aborted;
  const operator = metrics && (await startOperatorServer({ ...metrics, ...(await sumOfWorkers(isReady)) }));
  for (let started = 0; started < count; started += 1) start(0);
  if (!end.aborted) await once(end, "abort");
  await Promise.all(Object.values(cluster.workers ?? {}).map(stop));
  operator?.close();
  if (failed.signal.aborted) throw new CommandError("A worker ended before it listened.");
}

/** Has a worker answer whoever asks whether it lives, which it does in each turn of its event loop. */
export function answerPrimary(): void {
  process.on("message", (message) => {
    if (message === question) process.send?.(answer);
  });
}

/** Questions are counted, and not the time: whoever asks may itself have been stopped. @returns what ends it */
function watch(worker: Worker, log: Log): () => void {
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;
  worker.on("message", (message) => {
    if (message === answer) unanswered = 0;
  });
  worker.once("listening", () => {
    timer = setInterval(() => {
      unanswered += 1;
      if (unanswered > unansweredMax) {
        log.error({ worker: worker.process.pid }, "a worker hangs, and is ended");
        worker.process.kill("SIGKILL");
      } else if (worker.isConnected()) worker.send(question, () => {});
    }, askEveryMs);
  });
  return () => clearInterval(timer);
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
