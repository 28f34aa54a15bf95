import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "tsdown";
import { shipped } from "../../scripts/sbom/shipped.ts";

interface Build {
  emitFile(file: { type: "asset"; fileName: string; source: string }): unknown;
}

export default defineConfig({
  entry: ["src/main.ts", "src/index.ts"],
  platform: "node",
  // Node finds and reads scripts for less than it does modules: a third of a start.
  format: "cjs",
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  dts: { entry: "src/index.ts", oxc: true },
  // Node takes longer to find and to read a library's many files than to run them, so most are in the program itself.
  deps: {
    onlyBundle: false,
    // The few that commands call are in the program: the file of all is not read at each start.
    alwaysBundle: ["@countersign/client/operations"],
  },
  alias: {
    // From its source, so that both read the same copy of the document.
    "@countersign/contract": fileURLToPath(new URL("../../packages/contract/src/index.ts", import.meta.url)),
    // Not as an ES module: what it needs of Reflect would run after it.
    "@peculiar/x509": createRequire(import.meta.url).resolve("@peculiar/x509"),
    "@countersign/client/operations": fileURLToPath(
      new URL("../../packages/client/src/operations.gen.ts", import.meta.url),
    ),
  },
  plugins: [
    // They need one another in circles, as ES modules alone can. The certificates of passkeys are left scripts: they count
    // on an order that is lost among modules.
    { name: "circles-as-modules", resolveId: { filter: { id: /^@opentelemetry\/[^/]+$/ }, handler: asModule } },
    {
      name: "document-beside",
      resolveId: { filter: { id: /^@countersign\/spec\/openapi\.json$/ }, handler: document },
    },
    { name: "json-as-text", transform: { filter: { id: /\/(?:spec\/dist|src\/kernel)\/.*\.json$/ }, handler: asText } },
    { name: "scripts", generateBundle: markScripts },
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

/** Emits the document as a file of its own, which is read for less than a text in a script. */
function document(this: Build) {
  const whole = JSON.parse(readFileSync(new URL("../../spec/dist/openapi.json", import.meta.url), "utf8"));
  this.emitFile({ type: "asset", fileName: "openapi.json", source: JSON.stringify(withoutProse(whole)) });
  return { id: "./openapi.json", external: true };
}

/** What people read, half of the document, is no concern of programs; but what a pattern asks for is told by its description. */
function withoutProse(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutProse);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(
    ([name, value]) => !/^(?:description|summary)$/.test(name) || typeof value !== "string" || "pattern" in node,
  );
  return Object.fromEntries(
    // An example may have texts of those names.
    kept.map(([name, value]) => [name, /^examples?$/.test(name) ? value : withoutProse(value)]),
  );
}

/** The package is one of modules, and this folder has scripts. */
function markScripts(this: Build) {
  this.emitFile({ type: "asset", fileName: "package.json", source: '{ "type": "commonjs" }\n' });
}

/** A long text is parsed several times as fast as an object of JavaScript. */
function asText(json: string) {
  const text = JSON.stringify(JSON.stringify(JSON.parse(json)));
  return { code: `export default JSON.parse(${text});`, moduleType: "js" as const };
}
