import { pino } from "pino";
import { type SandboxOptions, startSandbox } from "../src/sandbox/sandbox.ts";

/** What a sandbox in a process of its own is told. */
export type ProcessOptions = Required<Pick<SandboxOptions, "databaseUrl" | "secret">> &
  Pick<SandboxOptions, "guard" | "eventWebhook">;

// A test that ends without stopping its processes leaves none behind.
process.once("disconnect", () => process.exit());

const options: ProcessOptions = JSON.parse(process.argv[2] ?? "");
const { url } = await startSandbox({ ...options, logger: pino() });
process.send?.(url);
