import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig({
  entry: ["src/index.ts", "src/playwright.ts", "src/vitest.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { oxc: true },
  plugins: [shipped()],
});
