import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWorkflows, workflowFiles } from "./workflows.ts";

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test("the sandbox tells every story of the workflows, in answers that the document has", async () => {
  const { passed, output } = await runWorkflows(workflowFiles(), sandbox.url);
  expect(output).not.toContain("✗");
  expect(passed).toBe(true);
});
