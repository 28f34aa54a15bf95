import { readFileSync } from "node:fs";
import { billOf, componentsOf, locationsOf, within } from "./bill.ts";
import { type Component, componentAt, fullName, licenceFile, namedComponent } from "./component.ts";

interface Output {
  fileName: string;
  /** Of a script alone. */
  modules?: Record<string, { renderedLength: number }>;
}
interface Build {
  emitFile(file: { type: "asset"; fileName: string; source: string }): unknown;
}
/** A library, and the folder that has the words of its licence. */
interface Found {
  component: Component;
  licenceAt: string;
}

/**
 * A plugin of Rolldown, and so of tsdown and Vite. What a build copies out of libraries it names in a bill of materials
 * beside it, and takes the words of their licences along. What another build's files have of libraries, it names as well.
 * @param bill its file; builds that share a folder have one each
 * @param parts folders with a bill that are copied into this one, by their names here
 */
export function shipped({ bill = "bom.json", parts = {} }: { bill?: string; parts?: Record<string, string> } = {}) {
  return {
    name: "bill-of-materials",
    generateBundle(this: Build, _options: unknown, outputs: Record<string, Output>) {
      const emit = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      const found = Object.values(outputs).flatMap(({ fileName, modules = {} }) =>
        Object.entries(modules)
          .filter(([, { renderedLength }]) => renderedLength > 0)
          .flatMap(([id]) => librariesOf(id))
          .map(({ component, licenceAt }) => ({ component: within(component, [fileName]), licenceAt })),
      );
      const ofParts = Object.entries(parts).flatMap(([part, at]) => componentsOf(`${at}/bom.json`, `${part}/`));
      const all = [...found.map(({ component }) => component), ...ofParts];
      emit(bill, `${JSON.stringify(billOf(subject(), all), null, 2)}\n`);
      const places = new Map(found.map(({ component, licenceAt }) => [licenceAt, component]));
      for (const [folder, component] of places) {
        const file = licenceFile(folder);
        if (!file) throw new Error(`${folder} has no licence`);
        emit(`licences/${fullName(component)}/${file}`, readFileSync(`${folder}/${file}`, "utf8"));
      }
    },
  };
}

/** The package that is built here. */
function subject() {
  const { name, version, license } = JSON.parse(readFileSync("package.json", "utf8"));
  return { ...namedComponent(name, version), ...(license && { licenses: [{ license: { id: license } }] }) };
}

/** The library that a module is of, or those that are in a file of another build. */
function librariesOf(module: string): Found[] {
  // On Windows as everywhere else.
  const id = module.replaceAll("\\", "/");
  const library = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
  if (library) return [{ component: componentAt(library), licenceAt: library }];
  const [, folder, file = ""] = /^(.*\/dist)\/([^/]+\.js)$/.exec(id) ?? [];
  if (!folder) return [];
  return componentsOf(`${folder}/bom.json`)
    .filter((component) => locationsOf(component).includes(file))
    .map((component) => ({ component, licenceAt: `${folder}/licences/${fullName(component)}` }));
}
