import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createClient, unwrap } from "@countersign/client";
import { createNodeFetch } from "@countersign/client/node";
import { createVerification } from "@countersign/client/operations";
import { build } from "esbuild";
import twilio from "twilio";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import { type BenchOptions, type Findings, figure, inTurn, ours, ratio, reach } from "./figures.ts";
import { benchFolder, openApiDocument, rootFolder, run, startService } from "./processes.ts";

const peer = "twilio 6.2.0";
const both = [ours, peer] as const;
const nothing = "an empty package";
const overNode = `${ours}, node:http`;

/** What a call may take of bare fetch: the one of Node.js 20 is dearer to call with what the client gives it. */
const callMost = Number.parseInt(process.versions.node, 10) < 24 ? 1.2 : 1.1;

/** Size, cold import, type check of a consumer, and time of a call, beside the official SDK and bare `fetch`. */
export async function measureClient(options: BenchOptions): Promise<Findings> {
  const sizes = await inTurn(both, 1, (name) => bundleKilobytes(bundled[name]));
  const programs = await inTurn(both, 1, (name) => bundleKilobytes(`export * from "./${consumers[name]}"`));
  const imports = await coldImportsMs(options);
  const checks = await inTurn(both, options.runs, (name) => typeCheckSeconds(consumers[name]));
  const calls = await callMicroseconds(options);
  const ofBoth = (work: string, unit: string, runs: Record<(typeof both)[number], number[]>) =>
    both.map((name) => figure(work, unit, name, runs[name]));
  const ofCalls = (work: string, of: keyof CallCost) =>
    Object.entries(calls).map(([name, runs]) => figure(work, "µs", name, costs(runs, of)));
  return {
    figures: [
      ...ofBoth("Bundle, min + gzip", "kB", sizes),
      ...ofBoth("Bundle of a start and a check, min + gzip", "kB", programs),
      ...Object.entries(imports).map(([name, runs]) => figure("Cold import", "ms", name, runs)),
      ...ofBoth("Type check of a consumer", "s", checks),
      ...ofCalls("A call", "time"),
      ...ofCalls("A call, processor", "processor"),
    ],
    reaches: [
      reach("Client", "smaller than twilio", ratio(sizes[peer], sizes[ours]), "x", { least: 100 }),
      reach("Client", "a start and a check smaller than twilio", ratio(programs[peer], programs[ours]), "x", {
        least: 90,
      }),
      reach("Client", "faster to import than twilio", ratio(imports[peer], imports[ours]), "x", { least: 25 }),
      ...(["time", "processor"] as const).flatMap((of) => [
        callReach("a call", of, calls[ours], calls.fetch, callMost),
        callReach("a call over node:http", of, calls[overNode], calls.fetch, 0.6),
      ]),
    ],
  };
}

/** What a call takes of a program: until it is answered, which the server has its part in, and of the processor. */
interface CallCost {
  time: number;
  processor: number;
}

const costs = (runs: CallCost[], of: keyof CallCost) => runs.map((cost) => cost[of]);

function callReach(name: string, of: keyof CallCost, calls: CallCost[], beside: CallCost[], most: number) {
  return reach("Client", `${name} beside bare fetch, ${of}`, ratio(costs(calls, of), costs(beside, of)), "x", { most });
}

const bundled = {
  [ours]: `export { createClient, unwrap } from "@countersign/client"`,
  [peer]: `export { default } from "twilio"`,
};

async function bundleKilobytes(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: benchFolder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    write: false,
    logLevel: "error",
  });
  return gzipSync(outputFiles[0]?.contents ?? "").length / 1000;
}

const imported = {
  [ours]: `(await import("@countersign/client")).createClient({ accountSid: "AC1", authToken: "t" })`,
  [peer]: `(await import("twilio")).default("AC1", "t").verify.v2`,
  // What no package can be faster than.
  [nothing]: `await import("nothing")`,
};

/** The first import in a new process, until the first call could be made. */
async function coldImportsMs({ runs }: BenchOptions) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-import-"));
  const modules = join(folder, "node_modules");
  try {
    mkdirSync(join(modules, "nothing"), { recursive: true });
    writeFileSync(join(modules, "nothing/package.json"), JSON.stringify({ type: "module", exports: "./nothing.js" }));
    writeFileSync(join(modules, "nothing/nothing.js"), "");
    const folders = { [ours]: benchFolder, [peer]: benchFolder, [nothing]: folder };
    return await inTurn([...both, nothing], runs * 2, async (name) => {
      const program = `const start = performance.now(); ${imported[name]}; console.log(performance.now() - start)`;
      return Number(await run(process.execPath, ["--input-type=module", "-e", program], { cwd: folders[name] }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const consumers = { [ours]: "consumers/countersign.ts", [peer]: "consumers/twilio.ts" };

/** The time of `tsc` for a program that is this one file. */
async function typeCheckSeconds(file: string): Promise<number> {
  const tsc = `${rootFolder}node_modules/typescript/bin/tsc`;
  const options = "--noEmit --strict --skipLibCheck --target es2023 --module nodenext --types node";
  const begun = performance.now();
  await run(process.execPath, [tsc, ...options.split(" "), file]);
  return (performance.now() - begun) / 1000;
}

const caller = { accountSid: "AC00000000000000000000000000000001", authToken: "sandbox" };
const serviceSid = "VA00000000000000000000000000000001";
const to = "+12025550123";

/** The same call to the same server, in turns so short that whatever else the machine does meets all alike. */
async function callMicroseconds({ runs, isQuick }: BenchOptions) {
  const folder = mkdtempSync(join(tmpdir(), "countersign-client-"));
  const verification = join(folder, "verification.json");
  writeFileSync(verification, JSON.stringify(exampleVerification()));
  const port = await freePort();
  const server = await startService(port, ["peers/answerer.mjs", `${port}`, verification]);
  const callers = createCallers(`http://127.0.0.1:${port}`);
  const callsEach = isQuick ? 50 : 100;
  const names = ["fetch", ours, overNode, peer] as const;
  const cost = async (name: (typeof names)[number]): Promise<CallCost> => {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    for (let count = 0; count < callsEach; count += 1) await callers[name]();
    const { user, system } = process.cpuUsage(used);
    return { time: ((performance.now() - begun) * 1000) / callsEach, processor: (user + system) / callsEach };
  };
  try {
    await inTurn(names, 10, cost);
    return await inTurn(names, runs * 20, cost);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function createCallers(baseUrl: string) {
  const authorization = `Basic ${btoa(`${caller.accountSid}:${caller.authToken}`)}`;
  const client = createClient({ ...caller, baseUrl });
  const clientOverNode = createClient({ ...caller, baseUrl, fetch: createNodeFetch() });
  const start = { ServiceSid: serviceSid, To: to, Channel: "sms" } as const;
  const sdk = twilio(caller.accountSid, caller.authToken);
  sdk.verify.baseUrl = baseUrl;
  return {
    async fetch() {
      const response = await fetch(`${baseUrl}/v2/Services/${serviceSid}/Verifications`, {
        method: "POST",
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ To: to, Channel: "sms" }).toString(),
      });
      await response.json();
    },
    async [ours]() {
      await unwrap(createVerification(client, start));
    },
    async [overNode]() {
      await unwrap(createVerification(clientOverNode, start));
    },
    async [peer]() {
      await sdk.verify.v2.services(serviceSid).verifications.create({ to, channel: "sms" });
    },
  };
}

/** A body as a server answers it. */
function exampleVerification(): unknown {
  return JSON.parse(readFileSync(openApiDocument, "utf8")).components.examples.VerificationSms.value;
}
