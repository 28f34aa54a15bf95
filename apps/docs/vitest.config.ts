import { defineConfig } from "vitest/config";

// A browser on a busy machine needs seconds to lay the reference out. No file changes what modules have in common.
export default defineConfig({
  test: { isolate: false, include: ["src/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
