import { test as base, inject, type TestAPI } from "vitest";
import type { Sandbox } from "./sandbox.ts";
import { startSandbox } from "./start.ts";

/** What tests get besides what Vitest gives them. */
export interface SandboxFixtures {
  /** Started once a worker, at the first test of this `test`, and reset before each. Concurrent tests share it as it is. */
  sandbox: Sandbox;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The path of a seed file, which the sandbox begins with. */
    sandboxSeed?: string;
  }
}

// By the second member Vitest knows what is there before the first test. That only its newer way to make fixtures sets.
type SandboxTest = TestAPI<SandboxFixtures & { readonly $__worker?: SandboxFixtures }>;

/**
 * Vitest's `test` with a `sandbox`, which hooks of a whole file get, too: `test.beforeAll(({ sandbox }) => …)`. It begins with
 * the seed file that a project names: `provide: { sandboxSeed: "countersign.yaml" }`.
 */
export const test: SandboxTest = base.extend<SandboxFixtures & { sandboxReset: undefined }>({
  sandbox: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
    async ({}, use) => {
      const sandbox = await startSandbox({ seed: inject("sandboxSeed") });
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
