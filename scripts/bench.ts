import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chartOf } from "./bench/chart.ts";
import type { BenchOptions, Findings } from "./bench/figures.ts";
import { pumpingChartOf } from "./bench/pumping-chart.ts";
import { guideWith, readmeWith } from "./bench/readme.ts";
import { keepResults } from "./bench/results.ts";
import { tableOf } from "./bench/table.ts";

/**
 * `npm run bench`: measures this machine, prints tables, and writes `scripts/bench/results.json`, `scripts/bench/chart.svg`, the README's
 * section of it and what the operator's guide tells of the guard. Each word chooses one part. `--quick` is for trying a change to a benchmark: what it finds goes to
 * `scripts/bench/quick` and says little.
 */
const parts: Record<string, () => Promise<(options: BenchOptions) => Promise<Findings>>> = {
  cycles: async () => (await import("./bench/cycles.ts")).measureCycles,
  sending: async () => (await import("./bench/sending.ts")).measureSending,
  growth: async () => (await import("./bench/growth.ts")).measureGrowth,
  client: async () => (await import("./bench/client.ts")).measureClient,
  mock: async () => (await import("./bench/mock.ts")).measureMock,
  build: async () => (await import("./bench/build.ts")).measureBuild,
  pumping: async () => (await import("./bench/pumping.ts")).measurePumping,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !(name in parts));
const isQuick = values.quick;
const options: BenchOptions = {
  runs: Number(values.runs ?? (isQuick ? 2 : 5)),
  seconds: isQuick ? 1 : 3,
  minutes: isQuick ? 0.2 : Number(values.minutes),
  seed: Number(values.seed),
  isFull: values.full,
  isQuick,
};
if (unknown.length > 0 || !(options.runs >= 1) || !(options.minutes > 0) || !Number.isInteger(options.seed)) {
  console.error(
    `npm run bench -- [${Object.keys(parts).join("|")}]… [--runs 5] [--minutes 1] [--seed 1] [--full] [--quick]`,
  );
  process.exit(2);
}

const folder = fileURLToPath(new URL("./bench/", import.meta.url));
installPeers();
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  console.log(`\n${name}\n`);
  // What the other parts find is worth keeping.
  await measurePart(name).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

async function measurePart(name: string): Promise<void> {
  const measure = await (parts[name] as (typeof parts)[string])();
  const findings = await measure(options);
  console.log(tableOf(findings));
  keep(name, findings);
}

/** Those that the benchmarks stand beside, unless they are there: none of them is needed for anything else. */
function installPeers(): void {
  const lock = `${folder}package-lock.json`;
  const installed = `${folder}node_modules/.installed.json`;
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))) return;
  console.log("Installing those that are measured beside…");
  execFileSync("npm", ["ci"], { cwd: folder, stdio: "inherit" });
  copyFileSync(lock, installed);
}

function keep(name: string, findings: Findings): void {
  const target = isQuick ? `${folder}quick/` : folder;
  mkdirSync(target, { recursive: true });
  const results = keepResults(`${target}results.json`, { name, findings }, options);
  writeFileSync(`${target}chart.svg`, chartOf(results));
  if (isQuick) return;
  const readme = fileURLToPath(new URL("../README.md", import.meta.url));
  writeFileSync(readme, readmeWith(readFileSync(readme, "utf8"), results));
  const guides = fileURLToPath(new URL("../spec/guides/", import.meta.url));
  writeFileSync(`${guides}guard.svg`, pumpingChartOf(results));
  writeFileSync(`${guides}operating.md`, guideWith(readFileSync(`${guides}operating.md`, "utf8"), results));
}
