import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Component, componentAt, licenceFile, namedComponent } from "../../../scripts/sbom/component.ts";

/** A library in Redoc's script. */
interface RedocLibrary {
  component: Component;
  /** The path and the words of its licence, where it is installed as well. */
  licence?: [path: string, text: string];
}

const root = fileURLToPath(new URL("../../../", import.meta.url));

/**
 * Redoc, and what its release has in its script, which the source map tells with each file's text. Of which version that
 * is, is known where all of it stands in what is installed here.
 */
export function redocLibraries(script: string): RedocLibrary[] {
  const redoc = dirname(dirname(script));
  const { sources, sourcesContent }: Record<string, string[]> = JSON.parse(readFileSync(`${script}.map`, "utf8"));
  const libraries = new Map([["node_modules/redoc", new Map<string, string>()]]);
  sources?.forEach((source, index) => {
    const found = /\.\/(node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\/([^?]+)/.exec(source);
    const [, place, file = ""] = found ?? [];
    const files = place && (libraries.get(place) ?? new Map());
    if (files) libraries.set(place, files.set(file, sourcesContent?.[index]));
  });
  return [...libraries].map(([place, files]) => {
    const name = place.split("node_modules/").at(-1) ?? "";
    // Another's copy is of another version, and has the same licence.
    const places = [join(redoc, place), join(root, place), join(root, "node_modules", name)];
    const folder = places.find(existsSync);
    return folder ? installed(name, folder, files) : { component: namedComponent(name) };
  });
}

function installed(name: string, folder: string, files: Map<string, string>): RedocLibrary {
  const component = componentAt(folder);
  const isThis = [...files].every(([file, text]) => textOf(join(folder, file)) === text);
  const { licenses } = component;
  const file = licenceFile(folder);
  return {
    component: isThis ? component : { ...namedComponent(name), ...(licenses && { licenses }) },
    ...(file && { licence: [`licences/${name}/${file}`, readFileSync(join(folder, file), "utf8")] }),
  };
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
