import { defineConfig } from "vitest/config";

// A browser on a busy machine needs seconds to lay the reference out.
export default defineConfig({ test: { include: ["src/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } });
