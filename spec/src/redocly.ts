import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const workspace = fileURLToPath(new URL("../", import.meta.url));
const cli = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");

/** Runs the Redocly CLI, and throws with all that it printed if it failed. */
export function redocly(args: string[]): void {
  const { status, stdout, stderr } = redoclyReport(args);
  if (status !== 0) throw new Error(`redocly ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** Runs the Redocly CLI in a folder, this workspace by default, and returns its exit code and what it printed. */
export function redoclyReport(args: string[], cwd = workspace) {
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  return spawnSync(process.execPath, [cli, ...args], { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}
