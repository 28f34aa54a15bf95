import { defineConfig } from "vitest/config";

export default defineConfig({
  // Each test of the document runs the Redocly CLI, which takes seconds on a busy machine.
  test: { testTimeout: 60_000, hookTimeout: 60_000 },
});
