import { configDefaults, defineConfig } from "vitest/config";
import { isWhole } from "./budget.ts";

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, ...(isWhole ? [] : ["generators/**"])],
    // Loading what they start takes longer than most files' tests. No file changes what modules have in common.
    isolate: false,
    setupFiles: ["../apps/server/test-support/checked-answers.ts"],
    // The tests start programs of their own, which takes seconds on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
  },
});
