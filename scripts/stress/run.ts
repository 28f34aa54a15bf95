import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface WorkerReport {
  passed: number;
  failed: number;
  /** Whether the process ended by itself once its sandbox was closed: nothing was left that kept it alive. */
  endedAlone: boolean;
  /** What it printed of failures. */
  output: string;
}

const workerFile = fileURLToPath(new URL("./worker.js", import.meta.url));
const patienceMs = 10_000;

/** Runs workers side by side, a process and a sandbox each. */
export function runWorkers(workers: number, tests: number): Promise<WorkerReport[]> {
  return Promise.all(Array.from({ length: workers }, () => runWorker(tests)));
}

async function runWorker(tests: number): Promise<WorkerReport> {
  const worker = fork(workerFile, {
    execArgv: ["--test-reporter=tap"],
    env: { ...process.env, STRESS_TESTS: String(tests) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [worker.stdout, worker.stderr]) stream?.on("data", (chunk) => (output += chunk));
  let timer: NodeJS.Timeout | undefined;
  worker.once("message", () => {
    timer = setTimeout(() => worker.kill("SIGKILL"), patienceMs);
  });
  const [, signal] = await once(worker, "close");
  clearTimeout(timer);
  const countOf = (kind: string) => Number(new RegExp(`^# ${kind} (\\d+)$`, "m").exec(output)?.[1] ?? Number.NaN);
  const [passed, failed] = [countOf("pass"), countOf("fail")];
  return { passed, failed, endedAlone: signal === null, output: passed === tests ? "" : output };
}
