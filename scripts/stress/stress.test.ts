import { expect, test } from "vitest";
import { budget, isWhole } from "../budget.ts";
import { runWorkers } from "./run.ts";

const tests = budget(50);
const workers = isWhole ? 8 : 4;

test("workers side by side see nothing of each other, and end by themselves", async () => {
  const reports = await runWorkers(workers, tests);
  const expected = { passed: tests, failed: 0, endedAlone: true, output: "" };
  expect(reports).toEqual(reports.map(() => expected));
});
