import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import { countersignCycle, newNumbers } from "./cycles-over-http.ts";
import { type BenchOptions, type Findings, inTurn, ratio, reach } from "./figures.ts";
import { type Cycle, type Load, load } from "./load.ts";
import { type Gateway, type Production, startGateway, startProduction } from "./production.ts";
import { figuresOf, valuesOf } from "./samples.ts";

/**
 * So many cycles each process serves before it is measured: code is compiled once it ran often, and each of three that share
 * a load runs its own a third as often in the same time.
 */
const warmUpEach = 5_000;
const work = "Processes on one PostgreSQL, 32 connections";

/** Servers that share a database and its cycles. */
interface Group {
  servers: Production[];
  cycle: Cycle;
}

/** Three production servers on one PostgreSQL, for one account, beside one on another, with the same load. */
export async function measureTogether({ runs, seconds, isQuick }: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-together-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const gateway = await startGateway(folder);
  const groups = new Map<string, Group>();
  try {
    for (const [name, count] of [
      ["1 process", 1],
      ["3 processes", 3],
    ] as const) {
      groups.set(name, await startGroup(count, await postgres.createDatabase(), gateway));
    }
    const names = [...groups.keys()];
    const loadOn = (name: string, until: Pick<Load, "seconds" | "cyclesMax">) => {
      const { servers, cycle } = groups.get(name) as Group;
      return load({ services: servers, connections: 32, cycle, ...until });
    };
    for (const [name, { servers }] of groups) {
      const cyclesMax = servers.length * (isQuick ? 100 : warmUpEach);
      await loadOn(name, { seconds: Number.POSITIVE_INFINITY, cyclesMax });
    }
    const samples = await inTurn(names, runs, (name) => loadOn(name, { seconds }));
    const [one = [], three = []] = names.map((name) => valuesOf(samples, name, "rate"));
    return {
      figures: figuresOf(work, samples),
      reaches: [reach(work, "cycles/s of three beside one", ratio(three, one), "x", { least: 0.95 })],
    };
  } finally {
    for (const { servers } of groups.values()) for (const { stop } of servers) await stop();
    await gateway.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function startGroup(count: number, databaseUrl: string, gateway: Gateway): Promise<Group> {
  const first = await startProduction(databaseUrl, gateway);
  const servers = [first];
  while (servers.length < count) servers.push(await startProduction(databaseUrl, gateway, { caller: first.caller }));
  return { servers, cycle: countersignCycle(first.caller, newNumbers(), gateway.codeOf) };
}
