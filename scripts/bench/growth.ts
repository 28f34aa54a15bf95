import { mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startPostgres } from "../../apps/server/test-support/postgres.ts";
import { type Caller, countersignCycle, newNumbers, type Recipients } from "./cycles-over-http.ts";
import { type BenchOptions, type Findings, figure, inTurn, median, ratio, reach } from "./figures.ts";
import { fill, type Origin } from "./fill.ts";
import { load } from "./load.ts";
import { type Gateway, type Production, startGateway, startProduction } from "./production.ts";

const connections = 32;
const small = 10_000;
const bytesEach = 2_500;

/** A filled database, and who calls the server on it. */
interface Filled {
  databaseUrl: string;
  caller: Caller;
  recipients: Recipients;
}

/** Cycles a second of new recipients beside many old verifications, and a server's memory under steady load. */
export async function measureGrowth(options: BenchOptions): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-growth-"));
  const postgres = await startPostgres({ connectionsMax: 300 });
  const gateway = await startGateway(folder);
  try {
    const findings: Findings[] = [];
    let files = 0;
    for (const [database, create, workerCounts] of [
      ["PostgreSQL", () => postgres.createDatabase(), [1, 2]],
      ["SQLite", async () => `sqlite:${join(folder, `${++files}.db`)}`, [1]],
    ] as const) {
      findings.push(
        await measureSizes(database, create, [...workerCounts], sizesOf(options, folder), gateway, options),
      );
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
  workerCounts: number[],
  sizes: number[],
  gateway: Gateway,
  { runs, seconds }: BenchOptions,
): Promise<Findings> {
  const databases = new Map<string, Filled>();
  for (const size of sizes) databases.set(nameOf(size), await filled(await create(), size, gateway));
  const names = [...databases.keys()];
  const findings: Findings = { figures: [], reaches: [] };
  for (const workers of workerCounts) {
    const servers = new Map<string, Production>();
    try {
      for (const [name, { databaseUrl, caller }] of databases) {
        servers.set(name, await startProduction(databaseUrl, gateway, { workers, caller }));
      }
      const measure = async (name: string, duration: number) => {
        const { recipients, caller } = databases.get(name) as Filled;
        const services = [servers.get(name) as Production];
        const cycle = countersignCycle(caller, recipients, gateway.codeOf);
        return (await load({ services, connections, seconds: duration, cycle })).rate;
      };
      for (const name of names) await measure(name, seconds);
      const rates = await inTurn(names, runs, (name) => measure(name, seconds));
      const work = `${database}, ${workers} worker${workers > 1 ? "s" : ""}`;
      const [least = [], ...larger] = names.map((name) => rates[name] ?? []);
      findings.figures.push(...names.map((name) => figure(work, "cycles/s", name, rates[name] ?? [])));
      findings.reaches.push(
        ...larger.map((each, index) =>
          reach(work, `cycles/s with ${names[index + 1]}, beside ${names[0]}`, ratio(each, least), "x", {
            least: 0.85,
          }),
        ),
      );
    } finally {
      for (const server of servers.values()) await server.stop();
    }
  }
  return findings;
}

function nameOf(size: number): string {
  return size < 1_000_000 ? `${size / 1000} thousand` : `${size / 1_000_000} million`;
}

async function filled(databaseUrl: string, size: number, gateway: Gateway): Promise<Filled> {
  const server = await startProduction(databaseUrl, gateway);
  const { caller, port } = server;
  const origin = await oneVerification(`http://127.0.0.1:${port}/v2/Services/${caller.serviceSid}`, caller, gateway);
  await server.stop();
  await fill(databaseUrl, origin, size);
  return { databaseUrl, caller, recipients: newNumbers() };
}

async function oneVerification(service: string, { accountSid, authToken }: Caller, gateway: Gateway): Promise<Origin> {
  const recipient = "+12125550123";
  const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`;
  const ask = async (resource: string, fields: Record<string, string>) => {
    const body = new URLSearchParams({ To: recipient, ...fields });
    const response = await fetch(`${service}/${resource}`, { method: "POST", headers: { authorization }, body });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { sid: string; send_code_attempts: { attempt_sid: string }[] };
  };
  const started = await ask("Verifications", { Channel: "sms" });
  await ask("VerificationCheck", { Code: await gateway.codeOf(recipient) });
  return {
    recipient,
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
  const work = `Memory, ${minutes} minutes of load`;
  return {
    figures: [figure(work, "MB", "a server on PostgreSQL", megabytes)],
    reaches: [reach(work, "last quarter beside the second", grown, "x", { most: 1.1 })],
  };
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
