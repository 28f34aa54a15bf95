import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/generate.ts", "src/response.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { oxc: true },
});
