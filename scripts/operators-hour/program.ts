import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "./until.ts";

const main = fileURLToPath(new URL("../../apps/server/dist/main.js", import.meta.url));
const surroundings = (env: Record<string, string>) => ({ env: { PATH: process.env.PATH, ...env } });

/** Runs a command of `countersign`. @returns what it printed. @throws Error with what it says, where it fails */
export async function runCommand(words: string, env: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words.split(" ")], surroundings(env));
  return stdout;
}

/** Runs `countersign serve` until it is ready. */
export async function serve(env: Record<string, string> & { COUNTERSIGN_PUBLIC_URL: string }) {
  const child = spawn(process.execPath, [main, "serve"], { ...surroundings(env), stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`The server ended: ${said}`);
    const answer = await fetch(`${env.COUNTERSIGN_PUBLIC_URL}/readyz`).catch(() => undefined);
    return answer?.status === 200;
  });
  return {
    /** As an operator stops it. @returns what it ended with */
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
