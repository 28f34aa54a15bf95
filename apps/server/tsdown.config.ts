import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

export default defineConfig({
  entry: ["src/main.ts", "src/index.ts"],
  platform: "node",
  fixedExtension: false,
  dts: { entry: "src/index.ts", oxc: true },
  // Node takes longer to find and to read a library's many files than to run them, so most are in the program itself.
  deps: { onlyBundle: false },
  alias: {
    // From its source, so that both read the same copy of the document.
    "@countersign/contract": fileURLToPath(new URL("../../packages/contract/src/index.ts", import.meta.url)),
    // Not as an ES module: what it needs of Reflect would run after it.
    "@peculiar/x509": createRequire(import.meta.url).resolve("@peculiar/x509"),
    // The few that commands call are in the program: the file of all is not read at each start.
    "@countersign/client/operations": fileURLToPath(
      new URL("../../packages/client/src/operations.gen.ts", import.meta.url),
    ),
  },
  plugins: [
    // They need one another in circles, as ES modules alone can. The certificates of passkeys are left scripts: they count
    // on an order that is lost among modules.
    { name: "circles-as-modules", resolveId: { filter: { id: /^@opentelemetry\/[^/]+$/ }, handler: asModule } },
    { name: "json-as-text", transform: { filter: { id: /\/(?:spec\/dist|src\/kernel)\/.*\.json$/ }, handler: asText } },
    shipped({ parts: { console: "../console/dist", docs: "../docs/dist/site" } }),
  ],
  copy: [
    { from: "src/store/migrations", to: "dist" },
    ...["sqlite", "postgres"].map((database) => ({
      from: `src/store/${database}/migrations`,
      to: `dist/${database}`,
    })),
    // The pages that it serves: built before it, and published with it.
    { from: "../console/dist", to: "dist", rename: "console" },
    { from: "../docs/dist/site", to: "dist", rename: "docs" },
  ],
});

/** The ES module of a library that has a script as well. @returns nothing for one that says itself which is for whom */
function asModule(name: string) {
  const folder = new URL(`../../node_modules/${name}/`, import.meta.url);
  const { module } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  return module && fileURLToPath(new URL(module, folder));
}

/** A long text is parsed several times as fast as an object of JavaScript. */
function asText(json: string) {
  const text = JSON.stringify(JSON.stringify(JSON.parse(json)));
  return { code: `export default JSON.parse(${text});`, moduleType: "js" as const };
}
