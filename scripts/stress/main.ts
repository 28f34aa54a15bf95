import { runWorkers } from "./run.ts";

/** `npm run stress -- [workers] [tests]`: 8 workers with 1,000 tests each, and ends with 1 when anything is amiss. */
const [workers = 8, tests = 1000] = process.argv.slice(2).map(Number);
const startedAt = performance.now();
const reports = await runWorkers(workers, tests);
const seconds = (performance.now() - startedAt) / 1000;
for (const [index, { passed, failed, endedAlone, output }] of reports.entries()) {
  const end = endedAlone ? "ended by itself" : "HAD TO BE ENDED";
  console.log(`worker ${index + 1}: ${passed} passed, ${failed} failed, ${end}`);
  if (output) console.log(output);
  if (passed !== tests || !endedAlone) process.exitCode = 1;
}
console.log(`${workers * tests} tests in ${seconds.toFixed(1)} s`);
