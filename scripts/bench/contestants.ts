import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import {
  betterAuthPaths,
  codeInHeader,
  countersignCycle,
  fictionalNumbers,
  newNumbers,
  peerCycle,
  sandboxCaller,
  tutorialPaths,
} from "./cycles-over-http.ts";
import { bareLoop, inProduction, minimal, minimalOnBun, ours } from "./figures.ts";
import { type Cycle, load, type Sample } from "./load.ts";
import { startForLoad } from "./loaded-service.ts";
import { countersign, run, type Service, startService } from "./processes.ts";
import { type Gateway, startProduction } from "./production.ts";

/** Whoever does cycles, on so many connections, for so long. */
export interface Contestant {
  name: string;
  measure(connections: number, seconds: number): Promise<Partial<Sample> & Pick<Sample, "rate">>;
  stop?(): Promise<void>;
}

/** One that is asked over HTTP. */
export interface Asked extends Contestant {
  service: Service;
  cycle: Cycle;
  measure(connections: number, seconds: number): Promise<Sample>;
  stop(): Promise<void>;
}

function overHttp(name: string, service: Service, cycle: Cycle): Asked {
  const measure = (connections: number, seconds: number) => load({ services: [service], connections, seconds, cycle });
  return { name, service, cycle, measure, stop: service.stop };
}

/** Validation, rules and durability as in production; the messages stay in its inbox, as those of the peers in a header. */
export async function sandbox(databaseUrl: string): Promise<Asked> {
  const port = await freePort();
  const service = await startForLoad(port, [countersign, "sandbox", "--port", `${port}`, "--db", databaseUrl]);
  return overHttp(ours, service, countersignCycle(sandboxCaller, fictionalNumbers()));
}

/** The production server, whose guard is on, with a gateway that takes every message. */
export async function production(databaseUrl: string, gateway: Gateway): Promise<Asked> {
  const { caller, ...service } = await startProduction(databaseUrl, gateway);
  return overHttp(inProduction, service, countersignCycle(caller, newNumbers(), gateway.codeOf));
}

export async function betterAuth(databaseUrl: string): Promise<Asked> {
  const port = await freePort();
  const service = await startService(port, ["peers/better-auth.mjs", `${port}`, databaseUrl]);
  return overHttp("better-auth", service, peerCycle(betterAuthPaths, fictionalNumbers()));
}

export async function tutorial(databaseUrl: string): Promise<Asked> {
  const port = await freePort();
  const service = await startService(port, ["peers/tutorial.mjs", `${port}`, databaseUrl]);
  return overHttp("Express and pg", service, peerCycle(tutorialPaths, fictionalNumbers()));
}

const minimalCycle = () => countersignCycle(sandboxCaller, fictionalNumbers(), codeInHeader);

/** The least that keeps what Verify promises. */
export async function minimalServer(databaseUrl: string): Promise<Asked> {
  const port = await freePort();
  const service = await startForLoad(port, ["peers/minimal.mjs", `${port}`, databaseUrl]);
  return overHttp(minimal, service, minimalCycle());
}

const bun = fileURLToPath(new URL("node_modules/@oven/bun-linux-x64/bin/bun", import.meta.url));

/** The same on Bun; nothing where npm has none for this machine. */
export async function minimalServerOnBun(databaseUrl: string): Promise<Asked | undefined> {
  if (!existsSync(bun)) {
    console.log("There is no Bun for this machine; the minimal server on it is left out.");
    return undefined;
  }
  const port = await freePort();
  const service = await startService(port, ["peers/minimal-bun.mjs", `${port}`, databaseUrl], { command: bun });
  return overHttp(minimalOnBun, service, minimalCycle());
}

export function openBareLoop(file: string): Contestant {
  return {
    name: bareLoop,
    measure: async (connections, seconds) => ({
      rate: Number(await run(process.execPath, ["peers/bare-loop.mjs", file, `${connections}`, `${seconds}`])),
    }),
  };
}
