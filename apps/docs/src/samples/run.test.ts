import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { type Mock, startMock } from "@countersign/mock";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { afterAll, beforeAll, expect, test } from "vitest";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const source = document as unknown as OpenApiDocument;
const operations = operationsOf(source).map(({ path, operation }) => ({ path, operationId: operation.operationId }));
const baseUrl = source.servers[0]?.url ?? "";

let mock: Mock;
let folder: string;

beforeAll(async () => {
  mock = await startMock();
  // Inside the package, so that the samples find their imports.
  folder = mkdtempSync(join(dist, "run-"));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await mock.close();
});

test.each(operations)("the mock answers curl's $operationId", async ({ operationId }) => {
  const failing = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }\n';
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", failing + sample(`${operationId}.sh`)]);
});

test.each(operations)("the mock answers the client's $operationId", async ({ operationId }) => {
  await run(`${operationId}.client.ts`);
});

test.each(operations)("the mock answers the official SDK's $operationId", async ({ operationId, path }) => {
  const printed = await run(`${operationId}.sdk.ts`);
  // The SDK's methods throw on a refusal; its HTTP client, which all but v2 need, only tells the status.
  if (!path.startsWith("/v2/")) expect([200, 201, 202, 204]).toContain(printed[0]);
});

/** A sample, pointed at the mock. */
function sample(name: string): string {
  return readFileSync(join(dist, "samples", name), "utf8").replaceAll(baseUrl, mock.url);
}

/** Runs a module and gives what it printed. */
async function run(name: string): Promise<unknown[]> {
  const file = join(folder, name);
  writeFileSync(file, sample(name));
  const printed: unknown[] = [];
  const { log } = console;
  console.log = (...values) => printed.push(...values);
  try {
    await import(file);
  } finally {
    console.log = log;
  }
  return printed;
}
