import { startSandbox } from "@countersign/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { share } from "./budget.ts";
import { runWorkflows, workflowFiles } from "./workflows.ts";

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

test("the sandbox tells the stories of the workflows, in answers that the document has", async () => {
  // The check of the contract, which is beside the server, plays them all whenever it runs.
  const { passed, output } = await runWorkflows([...share(workflowFiles())], sandbox.url);
  expect(output).not.toContain("✗");
  expect(passed).toBe(true);
});
