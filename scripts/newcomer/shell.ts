import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

/** A program that runs until it is stopped. */
interface Started {
  firstLine: string;
  stop(): Promise<void>;
}

const timeoutMs = 180_000;

/**
 * Runs programs as somebody does in a shell of his own, whatever `npm run` has told this one.
 * @param more what npm is told besides
 */
export function createShell(more: Record<string, string>) {
  const ofRun = /^npm_(package|lifecycle|command|config_local_prefix|config_workspace)|^INIT_CWD$|^COUNTERSIGN_|^PORT$/;
  const own = Object.entries(process.env).filter(([name]) => !ofRun.test(name));
  const env = { ...Object.fromEntries(own), npm_config_fund: "false", npm_config_audit: "false", ...more };
  return {
    /** @returns what it prints @throws Error with what it says of a failure */
    async run([program = "", ...words]: string[], cwd: string): Promise<string> {
      return (await promisify(execFile)(program, words, { cwd, env, timeout: timeoutMs })).stdout;
    },
    /** Resolves once it has printed a line. */
    async start([program = "", ...words]: string[], cwd: string): Promise<Started> {
      // npx has children of its own, which end with it as a group.
      const child = spawn(program, words, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      let out = "";
      let err = "";
      child.stdout.on("data", (text) => (out += text));
      child.stderr.on("data", (text) => (err += text));
      const ended = once(child, "close");
      while (!out.includes("\n")) {
        await Promise.race([once(child.stdout, "data"), ended]);
        if (child.exitCode !== null && !out.includes("\n")) throw new Error(`${program} ${words.join(" ")}: ${err}`);
      }
      const stop = async () => {
        signal(child);
        await ended;
      };
      return { firstLine: out.split("\n", 1)[0] ?? "", stop };
    },
  };
}

function signal({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGTERM");
}
