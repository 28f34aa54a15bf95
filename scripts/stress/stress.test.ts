import { expect, test } from "vitest";
import { budget } from "../budget.ts";
import { runWorkers } from "./run.ts";

const tests = budget(50);

test("eight workers side by side see nothing of each other, and end by themselves", async () => {
  const reports = await runWorkers(8, tests);
  const expected = { passed: tests, failed: 0, endedAlone: true, output: "" };
  expect(reports).toEqual(reports.map(() => expected));
});
