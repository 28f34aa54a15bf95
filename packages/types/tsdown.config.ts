import { defineConfig } from "tsdown";

export default defineConfig({ entry: ["src/index.ts", "src/api.ts"], platform: "neutral", dts: { oxc: true } });
