import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processorTime } from "./processor.ts";

export const benchFolder = fileURLToPath(new URL(".", import.meta.url));
export const rootFolder = fileURLToPath(new URL("../..", import.meta.url));
/** The built command line of Countersign. */
export const countersign = `${rootFolder}apps/server/dist/main.js`;
/** The bundled document. */
export const openApiDocument = `${rootFolder}spec/dist/openapi.json`;

export interface Service {
  port: number;
  pid: number;
  /** From the start of the process to its first answer. */
  readyMs: number;
  /** What it had of the processors until then, in milliseconds; only Linux tells. */
  readyProcessorMs: number | undefined;
  stop(): Promise<void>;
}

/** Starts a service in a process of its own, and waits until it answers. @param args its file comes first */
export async function startService(
  port: number,
  args: string[],
  { env, command = process.execPath }: { env?: Record<string, string>; command?: string } = {},
): Promise<Service> {
  const begun = performance.now();
  const child = spawn(command, args, {
    cwd: benchFolder,
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  while (!(await answers(port))) {
    if (hasEnded(child)) throw new Error(`It ended with ${child.exitCode} before it answered: ${args.join(" ")}`);
    await wait(5);
  }
  const [readyMs, pid] = [performance.now() - begun, child.pid ?? 0];
  const used = processorTime(pid);
  return { port, pid, readyMs, readyProcessorMs: used && used.process / 1000, stop: () => stop(child) };
}

/** None outlives a benchmark that fails. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill();
});

async function answers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/v2/Services`).catch(() => undefined);
  await answer?.text();
  return answer !== undefined;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await ended;
  clearTimeout(timer);
}

/** Runs a command to its end. @returns what it printed @throws Error with what it printed when it fails */
export async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
) {
  const child = spawn(command, args, {
    cwd: options.cwd ?? benchFolder,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${out}${err}`);
  return out;
}
