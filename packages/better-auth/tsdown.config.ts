import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig({
  entry: ["src/index.ts"],
  platform: "neutral",
  dts: { oxc: true },
  plugins: [shipped()],
});
