import { pino } from "pino";

/** A sandbox in a process of its own: `run-sandbox.js <module that has startSandbox> <its options>`. */

// A test that ends without stopping its processes leaves none behind.
process.once("disconnect", () => process.exit());

const [module, options] = process.argv.slice(2);
const { startSandbox } = await import(module);
const { url } = await startSandbox({ ...JSON.parse(options), logger: pino() });
process.send(url);
