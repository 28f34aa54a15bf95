import { defineConfig } from "vitest/config";

export default defineConfig({
  // The tests start programs of their own, which takes seconds on a busy machine.
  test: { testTimeout: 120_000, hookTimeout: 60_000, maxConcurrency: 2 },
});
