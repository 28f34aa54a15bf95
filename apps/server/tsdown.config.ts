import { createRequire } from "node:module";
import { dirname } from "node:path";
import { defineConfig, type UserConfig } from "tsdown";

const shared: UserConfig = { platform: "node", fixedExtension: false };
const embedded = "dist/embedded";

export default defineConfig([
  { ...shared, entry: "src/main.ts", unbundle: true, dts: false, copy: migrationsIn("dist") },
  {
    // Every worker of a test run loads it, and a few files load in half the time of hundreds.
    ...shared,
    entry: "src/index.ts",
    outDir: embedded,
    dts: true,
    deps: { alwaysBundle: [/^libphonenumber-js/, "jose"] },
    outputOptions: { chunkFileNames: ({ facadeModuleId }) => `${placeOf(facadeModuleId)}.js` },
    copy: [
      ...migrationsIn(embedded),
      licenceOf("libphonenumber-js/package.json", "LICENSE"),
      licenceOf("jose/package.json", "LICENSE.md"),
    ],
  },
]);

/** The migrations lie beside the code that reads them. */
function migrationsIn(outDir: string) {
  return ["sqlite", "postgres"].map((name) => ({
    from: `src/adapters/${name}/migrations`,
    to: `${outDir}/adapters/${name}`,
  }));
}

/** What is copied into a file of ours takes its licence along. */
function licenceOf(manifest: string, name: string) {
  const folder = dirname(createRequire(import.meta.url).resolve(manifest));
  return { from: `${folder}/${name}`, to: `${embedded}/licences/${manifest.replace("/package.json", "")}` };
}

/** A store stays in its folder; what is shared has no module of its own. */
function placeOf(module: string | null | undefined): string {
  return /\/src\/(adapters\/.*)\.ts$/.exec(module ?? "")?.[1] ?? "shared/[name]";
}
