import { defineConfig } from "vitest/config";

export default defineConfig({
  // Property tests run thousands of cases, which takes seconds on a busy machine.
  test: { testTimeout: 60_000 },
});
