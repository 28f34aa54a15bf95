import { defineConfig } from "tsdown";

export default defineConfig({ entry: ["src/serve.ts"], platform: "node", fixedExtension: false, dts: { oxc: true } });
