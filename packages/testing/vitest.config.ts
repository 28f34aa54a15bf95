import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    provide: { sandboxSeed: fileURLToPath(new URL("./test-support/countersign.yaml", import.meta.url)) },
    include: ["*.test.ts", "src/**/*.test.ts"],
    // Programs are started and packages installed, which takes seconds on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
