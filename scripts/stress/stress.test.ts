import { expect, test } from "vitest";
import { runWorkers } from "./run.ts";

test("eight workers side by side see nothing of each other, and end by themselves", async () => {
  const reports = await runWorkers(8, 50);
  const expected = { passed: 50, failed: 0, endedAlone: true, output: "" };
  expect(reports).toEqual(reports.map(() => expected));
});
