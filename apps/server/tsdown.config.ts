import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/main.ts"],
  platform: "node",
  fixedExtension: false,
  dts: true,
  // One file a module, so that the migrations lie beside the code that reads them.
  unbundle: true,
  copy: ["sqlite", "postgres"].map((name) => ({
    from: `src/adapters/${name}/migrations`,
    to: `dist/adapters/${name}`,
  })),
});
