import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { BenchOptions, Findings } from "./figures.ts";
import { rootFolder } from "./processes.ts";

/** The parts, in the order in which they are run and told. */
export const partNames = [
  "cycles",
  "sending",
  "together",
  "factors",
  "growth",
  "client",
  "mock",
  "build",
  "pumping",
] as const;
export type PartName = (typeof partNames)[number];

export interface Results {
  machine: Machine;
  parts: Partial<Record<PartName, Part>>;
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  node: string;
  platform: string;
}

/** A part, as it was measured last. */
export interface Part extends Findings {
  date: string;
  /** What was measured; with a plus when it was changed since. */
  commit: string;
  runs: number;
  seconds: number;
}

/** @returns nothing when there are none yet */
export function readResults(file: string): Results | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Keeps what a part found in place of what it found before. Figures of another machine go: none can be compared. */
export function keepResults(
  file: string,
  { name, findings }: { name: PartName; findings: Findings },
  { runs, seconds }: BenchOptions,
): Results {
  const machine = thisMachine();
  const before = readResults(file);
  const isSame = JSON.stringify(before?.machine) === JSON.stringify(machine);
  const part = { date: new Date().toISOString().slice(0, 10), commit: commit(), runs, seconds, ...findings };
  const parts: Results["parts"] = { ...(isSame && before?.parts), [name]: part };
  const inOrder = partNames.flatMap((each) => (parts[each] ? [[each, parts[each]]] : []));
  const results: Results = { machine, parts: Object.fromEntries(inOrder) };
  writeFileSync(file, `${compact(JSON.stringify(results, null, 2))}\n`);
  return results;
}

/** Keeps the runs of a figure on one line. */
function compact(json: string): string {
  return json.replace(/\[[\d.,\s]+\]/g, (list) => list.replace(/\s+/g, " ").replace("[ ", "[").replace(" ]", "]"));
}

function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** What a run writes is no change to what it measures. */
const written = ["README.md", "scripts/bench/results.json", "scripts/bench/chart.svg", "spec/guides"].map(
  (path) => `:!${path}`,
);

function commit(): string {
  try {
    const git = (...words: string[]) => execFileSync("git", words, { cwd: rootFolder, encoding: "utf8" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", ".", ...written) && "+");
  } catch {
    return "none";
  }
}
