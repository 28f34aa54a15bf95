import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import { type Asked, production, sandbox } from "./contestants.ts";
import {
  type BenchOptions,
  type Findings,
  figure,
  inProduction,
  inTurn,
  median,
  ours,
  ratio,
  reach,
} from "./figures.ts";
import type { Sample } from "./load.ts";
import { loadSteadily } from "./open-load.ts";
import { whileCounting } from "./processor.ts";
import { startGateway } from "./production.ts";
import { figuresOf, type Samples, units, valuesOf } from "./samples.ts";
import { seededFraction } from "./server/seeded.ts";

const connections = 32;
/** Of what was just measured to be the most. */
const steadyShare = 0.7;

/**
 * The production server, with its guard and a gateway in a process of its own, beside the sandbox, which sends nothing; and
 * how long each request waits where people come as they like, at seven tenths of what the server can do.
 */
export async function measureSending(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-sending-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const gateway = await startGateway(folder);
  const findings: Findings = { figures: [], reaches: [] };
  try {
    for (const [database, create] of [
      ["PostgreSQL", () => postgres.createDatabase()],
      ["SQLite", async () => `sqlite:${mkdtempSync(join(folder, "db-"))}/countersign.db`],
    ] as const) {
      const pair = [await sandbox(await create()), await production(await create(), gateway)];
      try {
        const found = await measurePair(database, pair, gateway.pid, options);
        findings.figures.push(...found.figures);
        findings.reaches.push(...found.reaches);
      } finally {
        for (const { stop } of pair) await stop();
      }
    }
    return findings;
  } finally {
    await gateway.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measurePair(
  database: string,
  pair: Asked[],
  gatewayPid: number,
  { runs, seconds, seed }: BenchOptions,
): Promise<Findings> {
  const contestants = new Map(pair.map((each) => [each.name, each]));
  const names = [...contestants.keys()];
  const random = seededFraction(seed);
  for (const { measure } of pair) await measure(connections, seconds);
  const gatewayMicros: number[] = [];
  const samples = await inTurn(names, runs, async (name) => {
    const { service, cycle, measure } = contestants.get(name) as Asked;
    const { result: most, used } = await whileCounting([gatewayPid], () => measure(connections, seconds));
    if (name === inProduction) gatewayMicros.push((used?.process ?? Number.NaN) / (most.rate * seconds));
    return { most, steady: await loadSteadily({ service, cycle, random, seconds, rate: most.rate * steadyShare }) };
  });
  const [atMost, steadily] = (["most", "steady"] as const).map((kind) =>
    Object.fromEntries(names.map((name) => [name, (samples[name] ?? []).map((each): Sample => each[kind])])),
  ) as [Samples, Samples];
  const work = { most: `Sending on ${database}, 32 connections`, steady: `Steady on ${database}, at 70 % of the most` };
  const ofProcessors = ratio(valuesOf(atMost, inProduction, "process"), valuesOf(atMost, ours, "process"));
  return {
    figures: [
      ...figuresOf(work.most, atMost),
      ...(Number.isNaN(gatewayMicros[0]) ? [] : [figure(work.most, units.process, "the gateway", gatewayMicros)]),
      ...figuresOf(work.steady, steadily),
    ],
    reaches: [
      ...(Number.isNaN(ofProcessors)
        ? []
        : [reach(work.most, "processors a cycle beside none sent", ofProcessors, "x", { most: 1.35 })]),
      reach(work.steady, "p99", median(valuesOf(steadily, ours, "p99")), "ms", { most: 10 }),
    ],
  };
}
