import { defineConfig } from "vitest/config";

// A worker of its own takes each file longer than its tests do. No file changes what modules have in common.
export default defineConfig({ test: { isolate: false } });
