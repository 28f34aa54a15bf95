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

/** Playwright's `test` with a `sandbox`. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & SandboxFixtures
> = base.extend<{ sandboxReset: undefined }, SandboxFixtures>({
  sandbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs.
    async ({}, use) => {
      const sandbox = await startSandbox();
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
