import { fileURLToPath } from "node:url";
import { freePort } from "../../apps/server/test-support/postgres.ts";
import { sandboxAuthorization, sandboxService } from "./cycles-over-http.ts";
import { type BenchOptions, type Findings, figure, inTurn, median, ours, reach } from "./figures.ts";
import { expectAnswer, load, post } from "./load.ts";
import { countersign, openApiDocument, rootFolder, run, type Service, startService } from "./processes.ts";

/** Each as its documentation says that it is run, on the same document, and with its logging low. */
const programs = {
  [ours]: (port: string) => [countersign, "sandbox", "--port", port],
  "Countersign's mock": (port: string) => [`${rootFolder}apps/mock/dist/main.js`, "--port", port],
  Prism: (port: string) => [prism, "mock", openApiDocument, "--port", port, "--verboseLevel", "silent"],
  Scalar: (port: string) => ["peers/scalar.mjs", port, openApiDocument],
  "openapi-backend": (port: string) => ["peers/openapi-backend.mjs", port, openApiDocument],
};
type Program = keyof typeof programs;

const prism = fileURLToPath(new URL("node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url));
const names = Object.keys(programs) as Program[];
const connections = 10;
const startUp = "Start-up to the first answer";
const processors = "ms of the processors";

/** Start-up and requests a second of what answers in place of the real API. */
export async function measureMock({ runs, seconds }: BenchOptions): Promise<Findings> {
  const startUps = await inTurn(names, runs, async (name) => {
    const service = await start(name);
    await service.stop();
    return service;
  });
  const inTests: number[] = [];
  while (inTests.length < runs) inTests.push(Number(await run(process.execPath, ["consumers/start-sandbox.mjs"])));
  const ready = (name: Program) => startUps[name].map(({ readyMs }) => readyMs);
  const readyProcessors = (name: Program) =>
    startUps[name].map(({ readyProcessorMs }) => readyProcessorMs ?? Number.NaN);
  // Only Linux tells.
  const areToldApart = !Number.isNaN(readyProcessors(ours)[0]);
  const services = new Map<Program, Service>();
  try {
    for (const name of names) services.set(name, await start(name));
    const rate = async (name: Program, duration: number) => {
      const asked = [services.get(name) as Service];
      return (await load({ services: asked, connections, seconds: duration, cycle: startVerification })).rate;
    };
    for (const name of names) await rate(name, seconds);
    const rates = await inTurn(names, runs, (name) => rate(name, seconds));
    return {
      figures: [
        ...names.map((name) => figure(startUp, "ms", name, ready(name))),
        ...(areToldApart ? names.map((name) => figure(startUp, processors, name, readyProcessors(name))) : []),
        figure("In tests", processors, "startSandbox()", inTests),
        ...names.map((name) => figure("Starts, each for another recipient", "requests/s", name, rates[name])),
      ],
      reaches: [
        ...(areToldApart
          ? [reach("Sandbox", "processors until it answers", median(readyProcessors(ours)), "ms", { most: 220 })]
          : []),
        reach("Sandbox", "processors of startSandbox() in a test", median(inTests), "ms", { most: 160 }),
      ],
    };
  } finally {
    for (const service of services.values()) await service.stop();
  }
}

async function start(name: Program): Promise<Service> {
  const port = await freePort();
  return startService(port, programs[name](`${port}`));
}

let recipients = 0;
const path = `${sandboxService}/Verifications`;

function* startVerification() {
  recipients += 1;
  const body = `To=person${recipients}%40example.com&Channel=email`;
  expectAnswer(yield post(path, "x-www-form-urlencoded", body, sandboxAuthorization), 201, '"status":"pending"');
}
