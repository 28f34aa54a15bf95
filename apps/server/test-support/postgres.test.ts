import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("a process in which a test failed ends as failed, though it can start PostgreSQL", () => {
  const script = `await import(${JSON.stringify(fileURLToPath(new URL("./postgres.ts", import.meta.url)))}); process.exitCode = 1;`;
  const { status } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script]);
  expect(status).toBe(1);
});
