import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // By default a machine with two processors would use one of them.
    maxWorkers: 2,
    // Loading the server takes longer than most files' tests. No file changes what modules or the process have in common.
    isolate: false,
    globalSetup: ["./test-support/shared-postgres.ts"],
    setupFiles: ["./test-support/checked-answers.ts"],
    // Property tests run thousands of cases, which takes seconds on a busy machine.
    testTimeout: 60_000,
    // Hooks start databases and other processes.
    hookTimeout: 60_000,
  },
});
