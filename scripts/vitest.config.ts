import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Loading what they start takes longer than most files' tests. No file changes what modules have in common.
    isolate: false,
    setupFiles: ["../apps/server/test-support/checked-answers.ts"],
    // The tests start programs of their own, which takes seconds on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
  },
});
