import { defineConfig } from "vitest/config";

// Loading Prism takes longer than most files' tests. No file changes what modules or the process have in common.
export default defineConfig({ test: { isolate: false } });
