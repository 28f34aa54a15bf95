import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const TIMEOUT_MS = 120_000;

/** Runs a command to its end. Rejects when it fails or takes more than two minutes. */
export async function run(command: string, args: string[], cwd: string): Promise<{ stdout: string }> {
  // A binary that npm has not linked is not marked as executable.
  if (existsSync(command)) await chmod(command, 0o755);
  return promisify(execFile)(command, args, { cwd, timeout: TIMEOUT_MS });
}

/** The outcome of the calls in workerd, served on a free port. */
export async function inWorkerd(binary: string, folder: string, baseUrl: string): Promise<string> {
  await chmod(binary, 0o755);
  const args = ["serve", "worker.capnp", "--control-fd=1"];
  const workerd = spawn(binary, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  try {
    for await (const line of workerd.stdout) {
      const { port } = JSON.parse(String(line)) as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/?baseUrl=${encodeURIComponent(baseUrl)}`);
      return await response.text();
    }
    return "workerd did not start";
  } finally {
    workerd.kill();
  }
}

/**
 * Has a runtime run the sandbox, and returns how many departures from the document the check of the contract finds, and
 * with which code it ends when it is stopped.
 */
export async function judgedSandbox(binary: string, program: string, folder: string): Promise<string> {
  await chmod(binary, 0o755);
  const env = { ...process.env, PORT: "0" };
  const sandbox = spawn(binary, [program, "sandbox"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let told = "";
    for await (const chunk of sandbox.stdout) {
      told += chunk;
      const [, url] = /^API: +(\S+)$/m.exec(told) ?? [];
      if (url === undefined) continue;
      const { stdout } = await run(process.execPath, [program, "contract", "--server", url], folder);
      const ended = once(sandbox, "exit");
      sandbox.kill();
      return `${/\d+ departures/.exec(stdout)?.[0] ?? stdout}, ends with ${(await ended)[0]}`;
    }
    return "the sandbox did not start";
  } finally {
    sandbox.kill();
  }
}

/**
 * Has Bun run those tests of the server in a folder that are of rules, stores and races.
 * @returns how they ended. Rejects with what Vitest tells when one fails.
 */
export async function testedByBun(binary: string, server: string): Promise<string> {
  await chmod(binary, 0o755);
  const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));
  const parts = ["src/kernel", "src/sql", "src/store", "src/verifications", "src/guard", "promises/races"];
  await run(binary, ["--bun", vitest, "run", ...parts], server);
  return "all pass";
}

/** The outcome of the calls in a page of headless Chromium, with the packages as they were installed. */
export async function inChromium(folder: string, baseUrl: string): Promise<string> {
  const { chromium } = await import("playwright-core");
  const server = createServer(async ({ url = "/" }, response) => {
    const isPage = url === "/";
    const content = isPage ? PAGE : await readFile(join(folder, url)).catch(() => undefined);
    response.writeHead(content ? 200 : 404, { "Content-Type": isPage ? "text/html" : "text/javascript" }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch(await launchOptions());
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(`import("/call.js").then(({ call }) => call(${JSON.stringify(baseUrl)}))`);
  } finally {
    await browser.close();
    server.close();
  }
}

const PAGE = `<!doctype html>
<title>Countersign</title>
<script type="importmap">
  {
    "imports": {
      "@countersign/client": "/node_modules/@countersign/client/dist/index.js",
      "@countersign/client/operations": "/node_modules/@countersign/client/dist/operations.js"
    }
  }
</script>`;

async function launchOptions(): Promise<{ executablePath: string; args?: string[] }> {
  if (process.env.CHROMIUM_PATH) return { executablePath: process.env.CHROMIUM_PATH };
  const { default: chromium } = await import("@sparticuz/chromium");
  return { executablePath: await chromium.executablePath(), args: chromium.args };
}
