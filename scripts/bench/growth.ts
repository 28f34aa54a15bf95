import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import { authorizationOf, type Caller, countersignCycle, newNumbers, type Recipients } from "./cycles-over-http.ts";
import { type BenchOptions, type Findings, figure, inTurn, median, ratio, reach } from "./figures.ts";
import { fill, type Origin } from "./fill.ts";
import { load } from "./load.ts";
import { type Gateway, type Production, startGateway, startProduction } from "./production.ts";
import { firstPage, measureReads } from "./reads.ts";
import { figuresOf, valuesOf } from "./samples.ts";

const connections = 32;
const small = 10_000;
const bytesEach = 2_500;
/** Whose verification is copied. */
const origin = "+12125550123";

/** A filled database, and who calls the server on it. */
interface Filled {
  databaseUrl: string;
  caller: Caller;
  recipients: Recipients;
  /** On disk, once it was filled. */
  bytes: number;
}

/**
 * Cycles a second of new recipients beside many old verifications, how long single requests take there, which disk they
 * need, and a server's memory under steady load.
 */
export async function measureGrowth(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-growth-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const gateway = await startGateway(folder);
  try {
    const findings: Findings[] = [];
    const sizes = sizesOf(options, folder);
    let files = 0;
    for (const [database, create] of [
      ["PostgreSQL", () => postgres.createDatabase()],
      ["SQLite", async () => `sqlite:${join(folder, `${++files}.db`)}`],
    ] as const) {
      findings.push(await measureSizes(database, create, sizes, gateway, options));
    }
    findings.push(await measureMemory(await filled(await postgres.createDatabase(), small, gateway), gateway, options));
    return { figures: findings.flatMap(({ figures }) => figures), reaches: findings.flatMap(({ reaches }) => reaches) };
  } finally {
    await gateway.close();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  }
}

function sizesOf({ isQuick, isFull }: BenchOptions, folder: string): number[] {
  if (isQuick) return [small, 10 * small];
  const sizes = [small, 1_000_000];
  if (!isFull) return sizes;
  const { bavail, bsize } = statfsSync(folder);
  const most = 10_000_000;
  // Each kind of database has one, and they stand beside each other.
  if (bavail * bsize > 2 * most * bytesEach) return [...sizes, most];
  console.log(`Ten million verifications need ${(2 * most * bytesEach) / 1e9} GB of disk, which are not free.`);
  return sizes;
}

async function measureSizes(
  database: string,
  create: () => Promise<string>,
  sizes: number[],
  gateway: Gateway,
  { runs, seconds, isQuick }: BenchOptions,
): Promise<Findings> {
  const databases = new Map<string, Filled>();
  for (const size of sizes) databases.set(nameOf(size), await filled(await create(), size, gateway));
  const names = [...databases.keys()];
  const findings: Findings = { figures: [], reaches: [] };
  const servers = new Map<string, Production>();
  try {
    for (const [name, { databaseUrl, caller }] of databases) {
      servers.set(name, await startProduction(databaseUrl, gateway, { caller }));
    }
    const measure = (name: string) => {
      const { recipients, caller } = databases.get(name) as Filled;
      const services = [servers.get(name) as Production];
      return load({ services, connections, seconds, cycle: countersignCycle(caller, recipients, gateway.codeOf) });
    };
    for (const name of names) await measure(name);
    const samples = await inTurn(names, runs, measure);
    findings.figures.push(...figuresOf(`${database}, under load`, samples));
    const [least = [], ...larger] = names.map((name) => valuesOf(samples, name, "rate"));
    findings.reaches.push(
      ...larger.map((each, index) =>
        reach(database, `cycles/s with ${names[index + 1]}, beside ${names[0]}`, ratio(each, least), "x", {
          least: 0.85,
        }),
      ),
    );
    for (const [name, filled] of databases) {
      const read = { ...filled, service: servers.get(name) as Production, codeOf: gateway.codeOf, recipient: origin };
      const waits = await measureReads(read, isQuick ? 3 : 20);
      findings.figures.push(...Array.from(waits, ([what, each]) => figure(`${database}, ${what}`, "ms", name, each)));
      const [work, first] = [`${database}, ${name}`, median(waits.get(firstPage) ?? [])];
      findings.reaches.push(reach(work, firstPage, first, "ms", { most: 100 }));
      findings.figures.push(figure(`${database}, disk`, "MB", name, [filled.bytes / 1e6]));
    }
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  return findings;
}

function nameOf(size: number): string {
  return size < 1_000_000 ? `${size / 1000} thousand` : `${size / 1_000_000} million`;
}

async function filled(databaseUrl: string, size: number, gateway: Gateway): Promise<Filled> {
  const server = await startProduction(databaseUrl, gateway);
  const { caller, port } = server;
  const first = await oneVerification(`http://127.0.0.1:${port}/v2/Services/${caller.serviceSid}`, caller, gateway);
  await server.stop();
  const bytes = await fill(databaseUrl, first, size);
  return { databaseUrl, caller, recipients: newNumbers(), bytes };
}

async function oneVerification(service: string, caller: Caller, gateway: Gateway): Promise<Origin> {
  const authorization = authorizationOf(caller);
  const ask = async (resource: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ To: origin, ...fields });
    const response = await fetch(`${service}/${resource}`, { method: "POST", headers: { authorization }, body });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { sid: string; send_code_attempts: { attempt_sid: string }[] };
  };
  const started = await ask("Verifications", { Channel: "sms" });
  await ask("VerificationCheck", { Code: await gateway.codeOf(origin) });
  return {
    recipient: origin,
    verificationSid: started.sid,
    attemptSid: started.send_code_attempts[0]?.attempt_sid ?? "",
  };
}

/** What one server takes of memory, every five seconds. */
async function measureMemory(
  { databaseUrl, caller, recipients }: Filled,
  gateway: Gateway,
  { minutes, seconds }: BenchOptions,
): Promise<Findings> {
  const server = await startProduction(databaseUrl, gateway, { caller });
  const cycle = countersignCycle(caller, recipients, gateway.codeOf);
  const megabytes: number[] = [];
  try {
    await load({ services: [server], connections, seconds: seconds * 2, cycle });
    let isOver = false;
    const under = load({ services: [server], connections, seconds: minutes * 60, cycle }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await Promise.race([wait(Math.min(5000, minutes * 6000)), under]);
      megabytes.push(residentMegabytes(server.pid));
    }
    await under;
  } finally {
    await server.stop();
  }
  const quarter = Math.max(1, Math.floor(megabytes.length / 4));
  const grown = median(megabytes.slice(-quarter)) / median(megabytes.slice(quarter, 2 * quarter));
  const work = `Memory, ${minutes} min of load`;
  return {
    figures: [figure(work, "MB", "a server on PostgreSQL", megabytes)],
    reaches: [reach(work, "last quarter beside the second", grown, "x", { most: 1.1 })],
  };
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
