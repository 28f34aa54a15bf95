import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { publishedPackages } from "./published.ts";
import { type Bill, billOf, componentsOf } from "./sbom/bill.ts";
import { type Component, componentAt, fullName, namedComponent } from "./sbom/component.ts";
import { keepRedocLibraries } from "./sbom/redoc.ts";

// `npm run sbom` tells what is in the files that a release publishes, as their `dist/bom.json` says it.
// `--installed FOLDER` prints a bill of materials of what is installed in a folder, with what is in our files there.
// `--redoc FOLDER`, once or more, finds there the versions of what Redoc's script has, and keeps those that it finds.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { installed, redoc } = parseArgs({
    options: { installed: { type: "string" }, redoc: { type: "string", multiple: true } },
  }).values;
  if (redoc) console.log(keepRedocLibraries(redoc));
  else console.log(installed ? JSON.stringify(installedBill(installed), null, 2) : publishedLibraries());
}

/** What is installed in a folder, and what is in the files of ours among it. */
export function installedBill(folder: string): Bill {
  const { version } = JSON.parse(readFileSync(new URL("../apps/server/package.json", import.meta.url), "utf8"));
  const subject = { ...namedComponent("countersign", version), type: "application" as const };
  return billOf(subject, [...installedIn(`${folder}/node_modules`, `${folder}/`)]);
}

function* installedIn(modules: string, root: string): Iterable<Component> {
  if (!existsSync(modules)) return;
  for (const name of readdirSync(modules)) {
    const folder = `${modules}/${name}`;
    if (name.startsWith("@")) yield* installedIn(folder, root);
    if (!existsSync(`${folder}/package.json`)) continue;
    yield componentAt(folder);
    const bill = `${folder}/dist/bom.json`;
    if (existsSync(bill)) yield* componentsOf(bill, `${folder.slice(root.length)}/dist/`);
    yield* installedIn(`${folder}/node_modules`, root);
  }
}

function publishedLibraries(): string {
  const lines = publishedPackages.flatMap(({ name, folder }) => {
    const components = componentsOf(fileURLToPath(new URL(`../${folder}/dist/bom.json`, import.meta.url)));
    return [`${name}: ${components.length} in ${folder}/dist/bom.json`, ...components.map(lineOf)];
  });
  return lines.join("\n");
}

function lineOf(component: Component): string {
  return `  ${[fullName(component), component.version].filter(Boolean).join(" ")}`;
}
