import { cpSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig, type RolldownChunk } from "tsdown";

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
  hooks: { "build:done": ({ chunks }) => copyLicences(chunks) },
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

/** What is copied into a file of ours takes its licence along. */
function copyLicences(chunks: RolldownChunk[]): void {
  const modules = chunks.flatMap((chunk) => ("moduleIds" in chunk ? chunk.moduleIds : []));
  const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []));
  for (const folder of folders) {
    const isNamed = (name: string) => /^(un)?licen[cs]e|^copying/i.test(name);
    // Some say it where they say all else.
    const isTold = (name: string) =>
      /^readme/i.test(name) && / is hereby granted/.test(readFileSync(`${folder}/${name}`, "utf8"));
    const names = readdirSync(folder);
    const licence = names.find(isNamed) ?? names.find(isTold);
    if (!licence) throw new Error(`${folder} has no licence`);
    cpSync(`${folder}/${licence}`, `dist/licences/${folder.split("/node_modules/").at(-1)}/${licence}`);
  }
}
