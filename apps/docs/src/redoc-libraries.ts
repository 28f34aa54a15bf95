import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Component,
  componentAt,
  type Known,
  knownComponent,
  licenceFile,
  namedComponent,
} from "../../../scripts/sbom/component.ts";

/** A library in Redoc's script. */
interface RedocLibrary {
  component: Component;
  /** The path and the words of its licence, where it is installed as well. */
  licence?: [path: string, text: string];
}

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Redoc, and what its release has in its script, which the source map tells with each file's text. Of which version that
 * is, is known where all of it stands in what is installed here, or stood in what `npm run sbom -- --redoc` looked at.
 */
export function redocLibraries(script: string): RedocLibrary[] {
  const redoc = dirname(dirname(script));
  const { version } = JSON.parse(readFileSync(join(redoc, "package.json"), "utf8"));
  const told: Told = JSON.parse(readFileSync(toldFile, "utf8"));
  return [...redocSources(script)].map(([place, files]) => {
    const name = nameAt(place);
    const folders = foldersOf(redoc, place);
    const known = folders.find((folder) => isFrom(folder, files));
    const found = told.redoc === version ? told.libraries[place] : undefined;
    // Another's copy is of another version, and has the same licence.
    const [folder] = known ? [known] : folders;
    const file = folder && licenceFile(folder);
    const licenses = folder ? componentAt(folder).licenses : undefined;
    return {
      component: known
        ? componentAt(known)
        : found
          ? knownComponent(name, found)
          : { ...namedComponent(name), ...(licenses && { licenses }) },
      ...(file && { licence: [`licences/${name}/${file}`, readFileSync(join(folder, file), "utf8")] }),
    };
  });
}

/** What `npm run sbom -- --redoc` has found: of one release of Redoc, by the folders that its source map names. */
export interface Told {
  redoc: string;
  libraries: Record<string, Known>;
}

export const toldFile = join(root, "apps/docs/src/redoc-libraries.json");

/** Where a library of Redoc's may be installed here. */
export const foldersOf = (redoc: string, place: string) =>
  [join(redoc, place), join(root, place), join(root, "node_modules", nameAt(place))].filter(existsSync);

/** By the folder of each library in Redoc's script, its files there and the text of each. */
export function redocSources(script: string): Map<string, Map<string, string>> {
  const { sources, sourcesContent }: Record<string, string[]> = JSON.parse(readFileSync(`${script}.map`, "utf8"));
  const libraries = new Map([["node_modules/redoc", new Map<string, string>()]]);
  sources?.forEach((source, index) => {
    const [, place, file = ""] =
      /\.\/(node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\/([^?]+)/.exec(source) ?? [];
    if (!place) return;
    const files = libraries.get(place) ?? new Map();
    libraries.set(place, files);
    // A style sheet stands there as the script that was made of it.
    if (!file.endsWith(".css")) files.set(file, sourcesContent?.[index]);
  });
  return libraries;
}

/** Whether all that Redoc has of a library is what a folder has. */
export const isFrom = (folder: string, files: Map<string, string>) =>
  [...files].every(([file, text]) => textOf(join(folder, file)) === text);

export const nameAt = (place: string) => place.split("node_modules/").at(-1) ?? "";

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
