import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
const overNode = `${ours}, node:http`;

/** What a call may take of bare fetch: the one of Node.js 20 is dearer to call with what the client gives it. */
const callMost = Number.parseInt(process.versions.node, 10) < 24 ? 1.2 : 1.1;

/** Size, cold import, type check of a consumer, and time of a call, beside the official SDK and bare `fetch`. */
export async function measureClient(options: BenchOptions): Promise<Findings> {
  const sizes = await inTurn(both, 1, (name) => bundleKilobytes(bundled[name]));
  const programs = await inTurn(both, 1, (name) => bundleKilobytes(`export * from "./${consumers[name]}"`));
  const imports = await inTurn(both, options.runs * 2, (name) => importMs(imported[name]));
  const checks = await inTurn(both, options.runs, (name) => typeCheckSeconds(consumers[name]));
  const calls = await callMicroseconds(options);
  const ofBoth = (work: string, unit: string, runs: Record<(typeof both)[number], number[]>) =>
    both.map((name) => figure(work, unit, name, runs[name]));
  return {
    figures: [
      ...ofBoth("Bundle, min + gzip", "kB", sizes),
      ...ofBoth("Bundle of a start and a check, min + gzip", "kB", programs),
      ...ofBoth("Cold import", "ms", imports),
      ...ofBoth("Type check of a consumer", "s", checks),
      ...Object.entries(calls).map(([name, runs]) => figure("A call", "µs", name, runs)),
    ],
    reaches: [
      reach("Client", "smaller than twilio", ratio(sizes[peer], sizes[ours]), "x", { least: 100 }),
      reach("Client", "a start and a check smaller than twilio", ratio(programs[peer], programs[ours]), "x", {
        least: 90,
      }),
      reach("Client", "faster to import than twilio", ratio(imports[peer], imports[ours]), "x", { least: 25 }),
      reach("Client", "a call beside bare fetch", ratio(calls[ours], calls.fetch), "x", { most: callMost }),
      reach("Client", "a call over node:http beside bare fetch", ratio(calls[overNode], calls.fetch), "x", {
        most: 0.6,
      }),
    ],
  };
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
};

/** The first import in a new process, until the first call could be made. */
async function importMs(code: string): Promise<number> {
  const program = `const start = performance.now(); ${code}; console.log(performance.now() - start)`;
  return Number(await run(process.execPath, ["--input-type=module", "-e", program]));
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
  const time = async (name: (typeof names)[number]) => {
    const begun = performance.now();
    for (let count = 0; count < callsEach; count += 1) await callers[name]();
    return ((performance.now() - begun) * 1000) / callsEach;
  };
  try {
    await inTurn(names, 10, time);
    return await inTurn(names, runs * 20, time);
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
