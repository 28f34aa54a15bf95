import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import {
  betterAuth,
  type Contestant,
  minimalServer,
  minimalServerOnBun,
  openBareLoop,
  sandbox,
  tutorial,
} from "./contestants.ts";
import {
  type BenchOptions,
  type Findings,
  inTurn,
  median,
  minimal,
  ours,
  type Reach,
  ratio,
  reach,
} from "./figures.ts";
import { figuresOf, type Samples, valuesOf } from "./samples.ts";
import { openStatements } from "./statements.ts";

const connectionCounts = [1, 32, 128];

/** Start and right check, with the code on disk before each answer, at 1, 32 and 128 connections. */
export async function measureCycles(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const onPostgres = () => postgres.createDatabase();
  const fileOf = (name: string) => join(folder, `${name}.db`);
  const inFile = (name: string) => `sqlite:${fileOf(name)}`;
  try {
    const findings = [
      await compete("PostgreSQL", options, [
        () => onPostgres().then(sandbox),
        () => onPostgres().then(minimalServer),
        () => onPostgres().then(tutorial),
        () => onPostgres().then(betterAuth),
        () => onPostgres().then(openStatements),
      ]),
      await compete("SQLite", options, [
        () => sandbox(inFile("sandbox")),
        () => minimalServer(inFile("minimal")),
        () => minimalServerOnBun(inFile("bun")),
        () => betterAuth(inFile("better-auth")),
        async () => openBareLoop(fileOf("bare-loop")),
      ]),
    ];
    return { figures: findings.flatMap(({ figures }) => figures), reaches: findings.flatMap(({ reaches }) => reaches) };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compete(
  database: string,
  { runs, seconds }: BenchOptions,
  opened: (() => Promise<Contestant | undefined>)[],
): Promise<Findings> {
  const findings: Findings = { figures: [], reaches: [] };
  const contestants = new Map<string, Contestant>();
  try {
    for (const open of opened) {
      const contestant = await open();
      if (contestant) contestants.set(contestant.name, contestant);
    }
    const names = [...contestants.keys()];
    const measure = (name: string, connections: number, duration: number) =>
      (contestants.get(name) as Contestant).measure(connections, duration);
    for (const name of names) await measure(name, 32, seconds);
    for (const connections of connectionCounts) {
      for (const name of names) await measure(name, connections, seconds / 3);
      const samples = await inTurn(names, runs, (name) => measure(name, connections, seconds));
      const work = `${database}, ${connections} connection${connections > 1 ? "s" : ""}`;
      findings.figures.push(...figuresOf(work, samples));
      findings.reaches.push(...judge(work, connections, samples));
    }
  } finally {
    for (const contestant of contestants.values()) await contestant.stop?.();
  }
  return findings;
}

/** How many times as many cycles there are to be as with a peer, by connections. */
const least: Record<string, Record<number, number>> = {
  "better-auth": { 32: 15, 128: 15 },
  "Express and pg": { 32: 3, 128: 4 },
  pgbench: { 32: 0.4, 128: 0.65 },
  "pg, one statement at a time": { 32: 0.4, 128: 0.65 },
};

function judge(work: string, connections: number, samples: Samples): Reach[] {
  const beside = (name: string, key: Parameters<typeof valuesOf>[2]) =>
    ratio(valuesOf(samples, ours, key), valuesOf(samples, name, key));
  const reaches = Object.entries(least).flatMap(([name, { [connections]: limit }]) =>
    samples[name] && limit !== undefined
      ? [reach(work, `cycles/s beside ${name}`, beside(name, "rate"), "x", { least: limit })]
      : [],
  );
  const most = (what: string, value: number, unit: string, limit: number) =>
    Number.isNaN(value) ? [] : [reach(work, what, value, unit, { most: limit })];
  if (connections === 1 && samples["Express and pg"]) {
    reaches.push(...most("p50 beside Express and pg", beside("Express and pg", "p50"), "x", 1));
  }
  if (connections === 32) {
    reaches.push(...most("p99", median(valuesOf(samples, ours, "p99")), "ms", 20));
    if (samples[minimal] && work.startsWith("SQLite")) {
      reaches.push(...most(`main thread a cycle beside the ${minimal}`, beside(minimal, "main"), "x", 1.5));
      reaches.push(...most(`processors a cycle beside the ${minimal}`, beside(minimal, "process"), "x", 1.6));
    }
  }
  return reaches;
}
