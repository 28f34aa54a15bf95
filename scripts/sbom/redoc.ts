import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { foldersOf, isFrom, nameAt, redocSources, type Told, toldFile } from "../../apps/docs/src/redoc-libraries.ts";

const redoc = fileURLToPath(new URL("../../node_modules/redoc/", import.meta.url));

/**
 * Looks in folders in which libraries are installed for what Redoc's script has, file by file, and keeps what it is: where
 * Redoc's release was built, other versions were installed than are here.
 * @returns what was found neither there nor here
 */
export function keepRedocLibraries(installations: string[]): string {
  const unknown = [...redocSources(`${redoc}bundles/redoc.standalone.js`)].filter(
    ([place, files]) => !foldersOf(redoc, place).some((folder) => isFrom(folder, files)),
  );
  const libraries: Told["libraries"] = {};
  for (const [place, files] of unknown) {
    const path = `node_modules/${nameAt(place)}`;
    const at = installations.find((each) => existsSync(`${each}/${path}`) && isFrom(`${each}/${path}`, files));
    if (!at) continue;
    const { version, license } = JSON.parse(readFileSync(`${at}/${path}/package.json`, "utf8"));
    const { packages } = JSON.parse(readFileSync(`${at}/package-lock.json`, "utf8"));
    libraries[place] = { version, license, integrity: packages[path].integrity };
  }
  const { version } = JSON.parse(readFileSync(`${redoc}package.json`, "utf8"));
  const told: Told = { redoc: version, libraries };
  writeFileSync(toldFile, `${JSON.stringify(told, null, 2)}\n`);
  return unknown
    .map(([place]) => place)
    .filter((place) => !libraries[place])
    .join("\n");
}
