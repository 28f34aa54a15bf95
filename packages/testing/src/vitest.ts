import { test as base, type TestAPI } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./start.ts";

/** What tests get besides what Vitest gives them. */
export interface SandboxFixtures {
  /** Started once a worker, at the first test of this `test`, and reset before each. Concurrent tests share it as it is. */
  sandbox: Sandbox;
}

// By the second member Vitest knows what is there before the first test. That only its newer way to make fixtures sets.
type SandboxTest = TestAPI<SandboxFixtures & { readonly $__worker?: SandboxFixtures }>;

/** Vitest's `test` with a `sandbox`, which hooks of a whole file get, too: `test.beforeAll(({ sandbox }) => …)`. */
export const test: SandboxTest = base.extend<SandboxFixtures & { sandboxReset: undefined }>({
  sandbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
    async ({}, use) => {
      const sandbox = await startSandbox();
      await use(sandbox);
      await sandbox.close();
    },
    { scope: "worker" },
  ],
  sandboxReset: [
    async ({ sandbox, task }, use) => {
      // It would take from the others what they have just done.
      if (!task.concurrent) await sandbox.reset();
      await use(undefined);
    },
    { auto: true },
  ],
}) as unknown as SandboxTest;

export { expect } from "vitest";
