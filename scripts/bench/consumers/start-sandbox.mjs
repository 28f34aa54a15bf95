/** Prints how many milliseconds of the processors `startSandbox()` takes in a process that runs, its import included. */
const begun = process.cpuUsage();
const { startSandbox } = await import("@countersign/testing");
const sandbox = await startSandbox();
const { user, system } = process.cpuUsage(begun);
console.log((user + system) / 1000);
await sandbox.close();
