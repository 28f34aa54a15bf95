import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Where libraries are found from, as they are from the sources. */
const folder = new URL("../node_modules/.cache/countersign/", import.meta.url);
const bundles = new Map<string, Promise<string>>();

/**
 * A script of this folder in one file with all of ours that it imports: a process that runs it starts in a fourth of the
 * time that it takes to compile every source by itself.
 */
export function bundled(name: string): Promise<string> {
  const bundle = bundles.get(name) ?? bundleOf(name);
  bundles.set(name, bundle);
  return bundle;
}

async function bundleOf(name: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`${name}.mjs`, folder));
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile,
    ...{ bundle: true, platform: "node", format: "esm" },
    // Our own packages are sources, too.
    plugins: [
      {
        name: "libraries",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path }) => ({ external: !path.startsWith("@countersign/") })),
      },
    ],
    // From where the store finds its migrations.
    define: { "import.meta.url": JSON.stringify(new URL("../src/store/migrations.ts", import.meta.url).href) },
  });
  return outfile;
}
