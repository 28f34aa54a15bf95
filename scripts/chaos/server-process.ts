import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A production server in a process of its own, or in several. */
export interface ServerProcess {
  /** Resolves when all of its processes listen. */
  listening: Promise<void>;
  /** Of the process that began the others, if there are several. */
  pid: number;
  /** The processes that serve, when there are several; those that died are among them. */
  workerPids: () => number[];
  kill: (signal: "SIGKILL" | "SIGTERM") => void;
  /** With the exit code; null for a process that was killed. */
  ended: Promise<number | null>;
  /** The last lines that it wrote. */
  output: () => string;
}

export interface ServerOptions {
  main: string;
  port: number;
  workers: number;
  env: Record<string, string>;
  /** Modules to load first. */
  imports?: readonly string[];
  /** A shell's line to run first, such as `ulimit`. */
  before?: string;
}

const linesMax = 30;

export function spawnServer({ main, port, workers, env, imports = [], before }: ServerOptions): ServerProcess {
  const words = [...imports.map((file) => `--import=${file}`), main, "serve", "--port", String(port)];
  const args = [...words, "--workers", String(workers)];
  // How many rounds tests go is no setting of a server.
  const options = {
    env: { ...process.env, COUNTERSIGN_TESTS: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
  };
  const child = before
    ? spawn("sh", ["-c", `${before}; exec "$0" "$@"`, process.execPath, ...args], options)
    : spawn(process.execPath, args, options);
  const lines: string[] = [];
  const pids: number[] = [];
  const take = (line: string) => {
    lines.push(line);
    if (lines.length > linesMax) lines.shift();
  };
  createInterface({ input: child.stderr }).on("line", take);
  const ended = once(child, "close").then(([code]) => code as number | null);
  const listening = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      take(line);
      if (!line.includes('"msg":"listening"')) return;
      pids.push(JSON.parse(line).pid);
      if (pids.length === workers) resolve();
    });
    void ended.then(() => reject(new Error(`The server ended before it listened:\n${lines.join("\n")}`)));
  });
  // Whoever kills it while it starts does not wait.
  listening.catch(() => {});
  return {
    listening,
    pid: child.pid ?? 0,
    workerPids: () => [...pids],
    kill: (signal) => void child.kill(signal),
    ended,
    output: () => lines.join("\n"),
  };
}
