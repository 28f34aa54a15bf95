import { defineConfig, type UserConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig([
  {
    entry: ["src/serve.ts", "src/listener.ts", "src/pages.ts"],
    platform: "node",
    fixedExtension: false,
    dts: { oxc: true },
    // What stands in folders below is others'.
    clean: ["dist/*.*"],
    plugins: [shipped()],
  },
  // What the build of the site puts into it.
  forBrowsers("search", "src/search/browser.ts"),
  forBrowsers("try-it", "src/try-it/browser.ts"),
]);

function forBrowsers(name: string, source: string): UserConfig {
  return {
    entry: { [name]: source },
    outDir: "dist/browser",
    clean: false,
    platform: "browser",
    format: "iife",
    minify: true,
    deps: { alwaysBundle: ["minisearch"], onlyBundle: false },
    plugins: [shipped({ bill: `${name}.bom.json` })],
    outputOptions: { entryFileNames: "[name].js" },
  };
}
