import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chartOf } from "./bench/chart.ts";
import { figure, inTurn, median, ratio, reach } from "./bench/figures.ts";
import { benchFolder, countersign, openApiDocument, rootFolder } from "./bench/processes.ts";
import { pumpingChartOf } from "./bench/pumping-chart.ts";
import { guideWith, readmeWith } from "./bench/readme.ts";
import type { Results } from "./bench/results.ts";

const fileOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("the README, the operator's guide and the charts tell what the last run of the benchmarks found", () => {
  const results: Results = JSON.parse(fileOf("scripts/bench/results.json"));
  const readme = fileOf("README.md");
  expect(readmeWith(readme, results)).toBe(readme);
  expect(chartOf(results)).toBe(fileOf("scripts/bench/chart.svg"));
  const guide = fileOf("spec/guides/operating.md");
  expect(guideWith(guide, results)).toBe(guide);
  expect(pumpingChartOf(results)).toBe(fileOf("spec/guides/guard.svg"));
});

test("what the benchmarks run lies where they look for it", () => {
  const files = ["package-lock.json", "peers/bare-loop.mjs"].map((name) => `${benchFolder}${name}`);
  const all = [...files, countersign, openApiDocument, `${rootFolder}apps/mock/dist/main.js`];
  expect(all.filter((file) => !existsSync(file))).toEqual([]);
});

test("a ratio is the median of those of neighbours, and what falls short of its promise is told", async () => {
  const speeds = { a: [30, 20, 40], b: [3, 1, 5] };
  const runs = await inTurn(["a", "b"], 3, (name) => speeds[name].shift() ?? 0);
  expect([median(runs.a), ratio(runs.a, runs.b)]).toEqual([30, 10]);
  const work = "PostgreSQL, 32 connections";
  const part = {
    ...{ date: "2026-03-02", commit: "abc", runs: 3, seconds: 1 },
    figures: [figure(work, "cycles/s", "Countersign", runs.a), figure(work, "cycles/s", "b", runs.b)],
    reaches: [
      reach(work, "cycles/s beside b", 10, "x", { least: 12 }),
      reach("PostgreSQL, 128 connections", "cycles/s beside b", 14, "x", { least: 12 }),
      reach("Build", "cold", 3, "s", { most: 30 }),
    ],
  };
  const machine = { cpu: "A processor", cores: 2, memoryGb: 4, node: "20.20.2", platform: "linux x64" };
  const results = { machine, parts: { cycles: part } };
  const readme = readmeWith("a\n<!-- npm run bench writes this -->\nold\n<!-- until here -->\nz\n", results);
  expect(readme).toContain("2026-03-02, medians of 3 runs: A processor, 2 cores, 4 GB, linux x64, Node 20.20.2.");
  const rows = [...readme.matchAll(/^\| (\w.*?) +\| (.*?) +\| (.*?) +\|$/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual([
    ["PostgreSQL: cycles/s beside b", "**10x at 32 connections**, 14x at 128 connections", "at least 12x"],
    ["Build: cold", "3 s", "at most 30 s"],
  ]);
  expect(chartOf(results).match(/<rect/g)).toHaveLength(2);
});
