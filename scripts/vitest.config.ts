import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    setupFiles: ["../apps/server/test-support/checked-answers.ts"],
    // The tests start programs of their own, which takes seconds on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
  },
});
