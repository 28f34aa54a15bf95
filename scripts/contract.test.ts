import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import { startMock } from "@countersign/mock";
import { startSandbox } from "@countersign/server";
import bundled from "@countersign/spec/openapi.json" with { type: "json" };
import workflows from "@countersign/spec/workflows.json" with { type: "json" };
import { expect, test } from "vitest";
import { share } from "./budget.ts";

const program = fileURLToPath(new URL("../apps/server/dist/main.js", import.meta.url));

const stories = share(workflows.flatMap(({ workflows }) => workflows.map(({ workflowId }) => workflowId)));
/** A share of the stories and the operations: the whole check is made of the same sources beside the server. */
const parts = [
  ...stories,
  ...share(operationsOf(bundled as unknown as OpenApiDocument)).map(({ operation }) => operation.operationId),
];

async function contract(server: string, ...options: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [program, "contract", "--server", server, ...options]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { code, output };
}

test("the mock answers as the document says, and its stories are left out, since it keeps nothing", async () => {
  const mock = await startMock();
  const { code, output } = await contract(mock.url, "--only", ...parts);
  await mock.close();
  expect(output).not.toContain("✗");
  expect(output).toContain(`- story ${stories[0]}\n    left out: the server keeps nothing\n`);
  const left = `0 departures, something left out of ${stories.length} parts?`;
  expect(output).toMatch(new RegExp(`, a mock: \\d+ requests in [\\d.]+ s, ${left}\\.\\n$`));
  expect(code).toBe(0);
});

test("the built program finds no departure in the built sandbox", async () => {
  const sandbox = await startSandbox();
  const { code, output } = await contract(sandbox.url, "--only", ...parts);
  await sandbox.close();
  expect(output).not.toContain("✗");
  expect(output).toMatch(/, a sandbox: \d+ requests in [\d.]+ s, 0 departures\.\n$/);
  expect(code).toBe(0);
});
