import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startPostgres } from "../../apps/server/test-support/postgres.ts";
import {
  betterAuthPaths,
  countersignCycle,
  fictionalNumbers,
  newNumbers,
  peerCycle,
  sandboxCaller,
  tutorialPaths,
} from "./cycles-over-http.ts";
import {
  type BenchOptions,
  type Figure,
  type Findings,
  figure,
  inTurn,
  ours,
  type Reach,
  ratio,
  reach,
} from "./figures.ts";
import { type Cycle, load, type Sample } from "./load.ts";
import { countersign, run, type Service, startService } from "./processes.ts";
import { startGateway, startProduction } from "./production.ts";
import { openStatements } from "./statements.ts";

/** Whoever does cycles, on so many connections, for so long. */
interface Contestant {
  name: string;
  measure(connections: number, seconds: number): Promise<Partial<Sample> & Pick<Sample, "rate">>;
  stop?(): Promise<void>;
}

const inProduction = `${ours}, with sending`;
const connectionCounts = [1, 32, 128];

/** Start and right check, with the code on disk before each answer, at 1, 32 and 128 connections. */
export async function measureCycles(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const gateway = await startGateway(folder);
  let files = 0;
  const newFile = () => {
    files += 1;
    return `sqlite:${join(folder, `${files}.db`)}`;
  };
  const onPostgres = () => postgres.createDatabase();
  const production = async (databaseUrl: string): Promise<Contestant> => {
    const { caller, ...service } = await startProduction(databaseUrl, gateway);
    return overHttp(inProduction, service, countersignCycle(caller, newNumbers(), gateway.codeOf));
  };
  try {
    const findings = [
      await compete("PostgreSQL", options, [
        () => onPostgres().then(sandbox),
        () => onPostgres().then(production),
        () => onPostgres().then(betterAuth),
        () => onPostgres().then(tutorial),
        () => onPostgres().then(openStatements),
      ]),
      await compete("SQLite", options, [
        () => sandbox(newFile()),
        () => production(newFile()),
        () => betterAuth(newFile()),
        async () => bareLoop(newFile().replace("sqlite:", "")),
      ]),
    ];
    return { figures: findings.flatMap(({ figures }) => figures), reaches: findings.flatMap(({ reaches }) => reaches) };
  } finally {
    await gateway.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compete(
  database: string,
  { runs, seconds }: BenchOptions,
  opened: (() => Promise<Contestant>)[],
): Promise<Findings> {
  const figures: Figure[] = [];
  const reaches: Reach[] = [];
  const contestants = new Map<string, Contestant>();
  try {
    for (const open of opened) {
      const contestant = await open();
      contestants.set(contestant.name, contestant);
    }
    const names = [...contestants.keys()];
    const measure = (name: string, connections: number, duration: number) =>
      (contestants.get(name) as Contestant).measure(connections, duration);
    for (const name of names) await measure(name, 32, seconds);
    for (const connections of connectionCounts) {
      for (const name of names) await measure(name, connections, seconds / 3);
      const samples = await inTurn(names, runs, (name) => measure(name, connections, seconds));
      const found = judge(`${database}, ${connections} connection${connections > 1 ? "s" : ""}`, connections, samples);
      figures.push(...found.figures);
      reaches.push(...found.reaches);
    }
  } finally {
    for (const contestant of contestants.values()) await contestant.stop?.();
  }
  return { figures, reaches };
}

/** What each is to be compared with, and how much faster it should be. */
const least = {
  "better-auth": 12,
  "Express and pg": 4,
  pgbench: 1,
  "pg, one statement at a time": 1,
  "bare loop": 0.25,
};

function judge(work: string, connections: number, samples: Record<string, Partial<Sample>[]>): Findings {
  const of = (name: string, key: keyof Sample) => (samples[name] ?? []).map((sample) => sample[key] ?? Number.NaN);
  const figures = Object.keys(samples).flatMap((name) => [
    figure(work, "cycles/s", name, of(name, "rate")),
    ...(["p50", "p99"] as const).flatMap((key) =>
      Number.isNaN(of(name, key)[0]) ? [] : [figure(work, `ms a request, ${key}`, name, of(name, key))],
    ),
  ]);
  const wait = (key: "p50" | "p99", most: number) =>
    reach(work, key, figures.find((each) => each.of === ours && each.unit.endsWith(key))?.median ?? Number.NaN, "ms", {
      most,
    });
  if (connections === 1) return { figures, reaches: [wait("p50", 1)] };
  const ratios = Object.entries(least).flatMap(([name, limit]) =>
    samples[name]
      ? [reach(work, `cycles/s beside ${name}`, ratio(of(ours, "rate"), of(name, "rate")), "x", { least: limit })]
      : [],
  );
  return { figures, reaches: [...ratios, ...(connections === 128 ? [wait("p99", 20)] : [])] };
}

function overHttp(name: string, { port, stop }: Service, cycle: Cycle): Contestant {
  return { name, stop, measure: (connections, seconds) => load({ port, connections, seconds, cycle }) };
}

/** Validation, rules and durability as in production; the messages stay in its inbox, as those of the peers in a header. */
async function sandbox(databaseUrl: string): Promise<Contestant> {
  const port = await freePort();
  const service = await startService(port, [countersign, "sandbox", "--port", `${port}`, "--db", databaseUrl]);
  return overHttp(ours, service, countersignCycle(sandboxCaller, fictionalNumbers()));
}

async function betterAuth(databaseUrl: string): Promise<Contestant> {
  const port = await freePort();
  const service = await startService(port, ["peers/better-auth.mjs", `${port}`, databaseUrl]);
  return overHttp("better-auth", service, peerCycle(betterAuthPaths, fictionalNumbers()));
}

async function tutorial(databaseUrl: string): Promise<Contestant> {
  const port = await freePort();
  const service = await startService(port, ["peers/tutorial.mjs", `${port}`, databaseUrl]);
  return overHttp("Express and pg", service, peerCycle(tutorialPaths, fictionalNumbers()));
}

function bareLoop(file: string): Contestant {
  return {
    name: "bare loop",
    measure: async (connections, seconds) => ({
      rate: Number(await run(process.execPath, ["peers/bare-loop.mjs", file, `${connections}`, `${seconds}`])),
    }),
  };
}
