import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = new URL("../spec/workflows/", import.meta.url);

/** The files of the workflows that the document tells. */
export function workflowFiles(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".arazzo.yaml"))
    .map((name) => fileURLToPath(new URL(name, folder)));
}

/** Runs workflows against a server, and returns whether all passed with what was printed. */
export async function runWorkflows(files: string[], server: string): Promise<{ passed: boolean; output: string }> {
  const cli = createRequire(new URL("../spec/package.json", import.meta.url)).resolve("@redocly/cli/bin/cli.js");
  const cwd = fileURLToPath(new URL("../spec/", import.meta.url));
  const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  const child = spawn(process.execPath, [cli, "respect", ...files, "--server", `verify=${server}`], { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { passed: code === 0, output };
}
