import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startRegistry } from "../../packages/testing/test-support/registry.ts";
import { readInstalled } from "../../packages/testing/test-support/workspace.ts";
import { readSteps, type Step } from "./steps.ts";
import { strangerIn } from "./stranger.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Follows the guide from an empty folder, on a registry of this machine that has our packages as they would be published.
 *
 * @param tell Hears of each step and its seconds, when it ends.
 * @returns the seconds of all.
 * @throws Error with what was printed, where a step fails.
 */
export async function followGuide(tell: (what: string, seconds: number) => void): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), "countersign-stranger-"));
  const registry = await startRegistry(root, readInstalled(root), await pack(join(scratch, "tarballs")));
  const stranger = await strangerIn(scratch, registry.url);
  let all = 0;
  const take = async (what: string, doing: () => void | Promise<void>) => {
    const began = performance.now();
    await doing();
    const seconds = (performance.now() - began) / 1000;
    all += seconds;
    tell(what, seconds);
  };
  try {
    for (const step of readSteps()) await take(nameOf(step), () => stranger[step.does](step as never));
    await take("git clone, and then what CI runs:", stranger.clone);
    for (const command of stranger.workflow()) await take(command, () => stranger.run({ command }));
    return all;
  } finally {
    stranger.leave();
    registry.close();
    rmSync(scratch, { recursive: true });
  }
}

function nameOf(step: Step): string {
  if ("command" in step) return step.command;
  return step.does === "write" ? `save ${step.file}` : `log in at ${step.url}`;
}

async function pack(folder: string): Promise<string[]> {
  mkdirSync(folder);
  const ours = ["packages/types", "packages/client", "packages/testing", "apps/server"].map((path) => `./${path}`);
  await promisify(execFile)("npm", ["pack", "--pack-destination", folder, ...ours], { cwd: root });
  return readdirSync(folder).map((name) => join(folder, name));
}
