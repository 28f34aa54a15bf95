import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chartOf } from "./bench/chart.ts";
import type { BenchOptions, Findings } from "./bench/figures.ts";
import { capacityGuideWith } from "./bench/guide-tables.ts";
import { pumpingChartOf } from "./bench/pumping-chart.ts";
import { guideWith, readmeWith } from "./bench/readme.ts";
import { keepResults, type PartName, partNames, type Results } from "./bench/results.ts";
import { tableOf } from "./bench/table.ts";

/**
 * `npm run bench`: measures this machine, prints tables, and writes `scripts/bench/results.json`, `scripts/bench/chart.svg`, the README's
 * section of it, the guide of what a machine carries and what the operator's guide tells of the guard.
 */
const parts: Record<PartName, () => Promise<(options: BenchOptions) => Promise<Findings>>> = {
  cycles: async () => (await import("./bench/cycles.ts")).measureCycles,
  sending: async () => (await import("./bench/sending.ts")).measureSending,
  together: async () => (await import("./bench/together.ts")).measureTogether,
  factors: async () => (await import("./bench/factors.ts")).measureFactors,
  growth: async () => (await import("./bench/growth.ts")).measureGrowth,
  client: async () => (await import("./bench/client.ts")).measureClient,
  mock: async () => (await import("./bench/mock.ts")).measureMock,
  build: async () => (await import("./bench/build.ts")).measureBuild,
  pumping: async () => (await import("./bench/pumping.ts")).measurePumping,
};

const usage = `npm run bench -- [part…] [options]

Measures this machine, some twenty minutes for all parts, and writes what it finds into the README and the guides.

  cycles     starts and checks beside peers, at 1, 32 and 128 connections
  sending    the production server with its guard and a gateway, and load that comes as people do
  together   three servers on one PostgreSQL beside one
  factors    codes of authenticator apps and logins by passkey
  growth     beside a million verifications, and what the console shows of them; memory
  client     size, import, types and calls of the client
  mock       start-up, and answers in place of the real API
  build      npm run build
  pumping    attacks on an honest service

  --runs 5      how often everything is measured; medians are told
  --minutes 1   how long the load on a server's memory takes
  --seed 1      of what is random
  --full        growth up to ten million verifications, for which 50 GB of disk have to be free
  --quick       to try a change to a benchmark: what it finds goes to scripts/bench/quick and says little`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const chosen = partNames.filter((name) => positionals.length === 0 || positionals.includes(name));
const isQuick = values.quick;
const options: BenchOptions = {
  runs: Number(values.runs ?? (isQuick ? 2 : 5)),
  seconds: isQuick ? 1 : 2,
  minutes: isQuick ? 0.2 : Number(values.minutes),
  seed: Number(values.seed),
  isFull: values.full,
  isQuick,
};
const areParts = positionals.every((name) => name in parts);
const isAsked = areParts && options.runs >= 1 && options.minutes > 0 && Number.isInteger(options.seed);
if (values.help || !isAsked) {
  (values.help ? console.log : console.error)(usage);
  process.exit(values.help ? 0 : 2);
}

const folder = fileURLToPath(new URL("./bench/", import.meta.url));
installPeers();
for (const name of chosen) {
  console.log(`\n${name}\n`);
  // What the other parts find is worth keeping.
  await measurePart(name).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

async function measurePart(name: PartName): Promise<void> {
  const measure = await parts[name]();
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

function keep(name: PartName, findings: Findings): void {
  const target = isQuick ? `${folder}quick/` : folder;
  mkdirSync(target, { recursive: true });
  const results = keepResults(`${target}results.json`, { name, findings }, options);
  writeFileSync(`${target}chart.svg`, chartOf(results));
  if (isQuick) return;
  const root = fileURLToPath(new URL("..", import.meta.url));
  const rewrite = (path: string, textOf: (text: string, results: Results) => string) =>
    writeFileSync(root + path, textOf(readFileSync(root + path, "utf8"), results));
  rewrite("README.md", readmeWith);
  rewrite("spec/guides/operating.md", guideWith);
  rewrite("spec/guides/how-much-it-takes.md", capacityGuideWith);
  writeFileSync(`${root}spec/guides/guard.svg`, pumpingChartOf(results));
}
