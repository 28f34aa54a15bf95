import { defineConfig } from "tsdown";

export default defineConfig([
  {
    entry: ["src/serve.ts", "src/listener.ts", "src/pages.ts"],
    platform: "node",
    fixedExtension: false,
    dts: { oxc: true },
  },
  // What the build of the site puts into it.
  {
    entry: { search: "src/search/browser.ts" },
    outDir: "dist/browser",
    platform: "browser",
    format: "iife",
    minify: true,
    deps: { alwaysBundle: ["minisearch"], onlyBundle: ["minisearch"] },
    outputOptions: { entryFileNames: "[name].js" },
  },
]);
