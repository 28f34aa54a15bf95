import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig({
  entry: ["src/index.ts", "src/generate.ts", "src/response.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { oxc: true },
  plugins: [shipped()],
});
