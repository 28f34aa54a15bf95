import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/serve.ts", "src/listener.ts", "src/pages.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { oxc: true },
});
