import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/playwright.ts", "src/vitest.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { oxc: true },
});
