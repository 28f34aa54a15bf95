import {
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from "@playwright/test";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./start.ts";

/** What tests and other fixtures get besides what Playwright gives them. */
export interface SandboxFixtures {
  /** Started once a worker, and reset before each test. */
  sandbox: Sandbox;
}

/** What a project may say in `use`. */
export interface SandboxWorkerOptions {
  /** The path of a seed file, which the sandbox begins with. */
  sandboxSeed: string | undefined;
}

/** Playwright's `test` with a `sandbox`. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & SandboxFixtures & SandboxWorkerOptions
> = base.extend<{ sandboxReset: undefined }, SandboxFixtures & SandboxWorkerOptions>({
  sandboxSeed: [undefined, { option: true, scope: "worker" }],
  sandbox: [
    async ({ sandboxSeed }, use) => {
      const sandbox = await startSandbox({ seed: sandboxSeed });
      await use(sandbox);
      await sandbox.close();
    },
    { scope: "worker" },
  ],
  sandboxReset: [
    async ({ sandbox }, use) => {
      await sandbox.reset();
      await use(undefined);
    },
    { auto: true },
  ],
});
export { expect } from "@playwright/test";
