import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Loading Prism takes longer than most files' tests. No file changes what modules or the process have in common.
    isolate: false,
    // Programs are started, which takes seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
