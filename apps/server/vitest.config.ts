import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // By default a machine with two processors would use one of them.
    maxWorkers: 2,
    setupFiles: ["./test-support/checked-answers.ts"],
    // Property tests run thousands of cases, which takes seconds on a busy machine.
    testTimeout: 60_000,
    // Hooks start databases and other processes.
    hookTimeout: 60_000,
  },
});
