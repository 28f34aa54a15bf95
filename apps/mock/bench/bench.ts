import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { load } from "./load.ts";

/**
 * Start-up and throughput of this mock beside the plain Prism CLI, on the same document and the same requests.
 * The two take turns, so that a busy machine slows both; each figure is the median.
 */

const startsEach = 5;
const roundsEach = 3;
const seconds = 3;
const connections = 10;

const require = createRequire(import.meta.url);
const document = require.resolve("@countersign/spec/openapi.json");
const prism = require.resolve("@stoplight/prism-cli/dist/index.js");
const programs = {
  mock: { port: 4921, parameters: [fileURLToPath(new URL("../dist/main.js", import.meta.url)), "--port", "4921"] },
  prism: { port: 4922, parameters: [prism, "mock", document, "--port", "4922", "--verboseLevel", "silent"] },
};
type Program = keyof typeof programs;
const names: Program[] = ["mock", "prism"];

const startUp = await alternate(startsEach, async (name) => {
  const begun = performance.now();
  const child = start(name);
  await untilItAnswers(name, child);
  const took = performance.now() - begun;
  await stop(child);
  return took;
});
report("Start-up to the first answer, ms", startUp, 0);

const children = names.map(start);
await Promise.all(names.map((name, index) => untilItAnswers(name, children[index] as ChildProcess)));
for (const [title, requests] of [
  ["The same request, answers/s", [request(0)]],
  ["Ever new requests, answers/s", Array.from({ length: 9999 }, (_, index) => request(index))],
] as const) {
  for (const name of names) await load({ port: programs[name].port, requests: [...requests], connections, seconds: 1 });
  const rates = await alternate(roundsEach, (name) =>
    load({ port: programs[name].port, requests: [...requests], connections, seconds }),
  );
  report(title, rates, 0);
}
await Promise.all(children.map(stop));

async function alternate(rounds: number, measure: (name: Program) => Promise<number>) {
  const figures: Record<Program, number[]> = { mock: [], prism: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures[name].push(await measure(name));
  }
  return figures;
}

function report(title: string, figures: Record<Program, number[]>, digits: number): void {
  const [own, other] = names.map((name) => median(figures[name])) as [number, number];
  console.log(`${title}: mock ${own.toFixed(digits)}, Prism CLI ${other.toFixed(digits)}`);
}

function median(figures: number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function start(name: Program): ChildProcess {
  return spawn(process.execPath, programs[name].parameters, { stdio: ["ignore", "ignore", "inherit"] });
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function untilItAnswers(name: Program, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${programs[name].port}/v2/Services`).catch(() => undefined);
    if (answer) return void (await answer.text());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${name} ended with ${child.exitCode} before it answered`);
}

/** A start of a verification; the number varies its recipient, not its length. */
function request(number: number): string {
  const body = `To=%2B1202555${String(number).padStart(4, "0")}&Channel=sms`;
  return [
    "POST /v2/Services/VA00000000000000000000000000000001/Verifications HTTP/1.1",
    "Host: 127.0.0.1:4920",
    `Authorization: Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}
