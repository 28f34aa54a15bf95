import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { publishedPackages } from "./published.ts";
import { billOf, componentsOf, locationsOf, within } from "./sbom/bill.ts";
import { type Component, componentAt, fullName, licenceFile, namedComponent } from "./sbom/component.ts";
import { installedBill } from "./sbom.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "apps/server/dist");
const ofServer = componentsOf(join(dist, "bom.json"));

test.each(publishedPackages)("the bill of materials of $name is one of CycloneDX", async ({ folder }) => {
  const text = readFileSync(join(root, folder, "dist/bom.json"), "utf8");
  expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
});

test.each(publishedPackages)(
  "the bill of $name names the libraries in each of its files, and no others",
  ({ folder }) => {
    const own = join(root, folder, "dist");
    const written = readdirSync(own)
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => toldLibraries(own, file).map((library) => `${file}: ${library}`));
    const billed = componentsOf(join(own, "bom.json")).flatMap((component) =>
      locationsOf(component)
        .filter((location) => !location.includes("/"))
        .map((location) => `${location}: ${fullName(component)}@${component.version}`),
    );
    expect(billed.sort()).toEqual([...new Set(written)].sort());
  },
);

test.each([
  ["console", "apps/console/src/main.tsx", /^console\/assets\/index-/],
  ["search of the docs", "apps/docs/src/search/browser.ts", /^docs\/assets\/search-/],
  ["trial of the docs", "apps/docs/src/try-it/browser.ts", /^docs\/assets\/try-it-/],
])("the bill of the server names the libraries of its %s as another bundler finds them", async (_, source, file) => {
  const { metafile } = await build({
    ...{ entryPoints: [join(root, source)], absWorkingDir: root, outdir: root, external: ["virtual:*"] },
    ...{ bundle: true, write: false, metafile: true, format: "esm", jsx: "automatic", jsxImportSource: "preact" },
  });
  const outputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const found = outputs.flatMap(([path, { bytesInOutput }]) => {
    const library = nameIn(path);
    if (bytesInOutput === 0) return [];
    if (library) return [library];
    const [, folder, name] = /^(.*\/dist)\/(.*\.js)$/.exec(path) ?? [];
    return folder && name ? toldLibraries(join(root, folder), name).map((told) => told.replace(/@[^@]+$/, "")) : [];
  });
  const billed = ofServer.filter((component) => locationsOf(component).some((location) => file.test(location)));
  expect(billed.map(fullName).sort()).toEqual([...new Set(found)].sort());
});

test("a scanner can match each library of the server: it has a version and a hash, and but for two a licence", () => {
  const without = (field: keyof Component) => ofServer.filter((each) => !each[field]).map(fullName);
  // Once Redoc is another one: install what it was built with in a folder, then `npm run sbom -- --redoc FOLDER`.
  expect(without("version")).toEqual([]);
  expect(without("hashes")).toEqual([]);
  expect(without("licenses"), "their packages name none").toEqual(["decko", "stickyfill"]);
});

test("what Redoc's release says to be in its script is in the bill, with no version that is another's", () => {
  const billed = ofServer.filter((component) => locationsOf(component).some((at) => /^docs\/assets\/redoc-/.test(at)));
  const names = billed.map(fullName);
  expect(names).toEqual(expect.arrayContaining(["redoc", "react", "react-dom", "dompurify", "mark.js", "prismjs"]));
  const notice = readFileSync(join(dist, "docs/assets/redoc.standalone.js.LICENSE.txt"), "utf8");
  const told = [...notice.matchAll(/(DOMPurify|mark\.js) v?([\d.]+\d)/g)];
  // The third that tells its version, perfect-scrollbar 1.5.5, calls itself 1.5.3 in its own file.
  expect(told).toHaveLength(2);
  for (const [, name = "", version] of told) {
    const component = billed.find((one) => fullName(one) === name.toLowerCase());
    expect(component?.version, name).toBe(version);
  }
});

test("each library of the server brings the words of its licence, but what Redoc has that nothing else installs", () => {
  const without = ofServer.filter((component) =>
    locationsOf(component).every((location) => {
      const part = /^(?:console|docs)\//.exec(location)?.[0] ?? "";
      return !existsSync(join(dist, part, "licences", fullName(component)));
    }),
  );
  // Redoc's own file says which licences those have that ask for it.
  expect(without.filter((component) => locationsOf(component).some((at) => !/^docs\/assets\/redoc-/.test(at)))).toEqual(
    [],
  );
  const installed = without.map((component) => join(root, "node_modules", fullName(component))).filter(existsSync);
  expect(installed.filter(licenceFile)).toEqual([]);
});

test("the bill of an installation names what is installed, and what is in our files among it", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-sbom-"));
  const install = (name: string, version: string, bill?: string) => {
    const at = join(folder, "node_modules", name);
    mkdirSync(join(at, "dist"), { recursive: true });
    writeFileSync(join(at, "package.json"), JSON.stringify({ name, version, license: "MIT" }));
    if (bill) writeFileSync(join(at, "dist/bom.json"), bill);
  };
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/saxes/package.json"), "utf8"));
  install("saxes", version);
  install("left", "1.0.0");
  const inside = within(componentAt(join(root, "node_modules/preact")), ["index.js"]);
  install("@countersign/ours", "0.1.0", JSON.stringify(billOf(namedComponent("@countersign/ours", "0.1.0"), [inside])));
  const { components } = installedBill(folder);
  rmSync(folder, { recursive: true });
  expect(components.map(({ purl, evidence }) => [purl, evidence?.occurrences[0]?.location])).toEqual([
    ["pkg:npm/%40countersign/ours@0.1.0", undefined],
    ["pkg:npm/left@1.0.0", undefined],
    [`pkg:npm/preact@${inside.version}`, "node_modules/@countersign/ours/dist/index.js"],
    [`pkg:npm/saxes@${version}`, undefined],
  ]);
  expect(components.filter(({ hashes }) => hashes).map(({ name }) => name)).toEqual(["preact", "saxes"]);
});

/** What the bundler writes into a file of where each part of it comes from: the name and the version of each library. */
function toldLibraries(folder: string, file: string): string[] {
  const parts = readFileSync(join(folder, file), "utf8").matchAll(/^\/\/#region (.*)$/gm);
  return [...parts].flatMap(([, path = ""]) => {
    const library = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
    if (!library) {
      const [, built, name] = /^(.*\/dist)\/(.*\.js)$/.exec(path) ?? [];
      return built && name ? toldLibraries(join(folder, "..", built), name) : [];
    }
    const { version } = JSON.parse(readFileSync(join(folder, "..", library, "package.json"), "utf8"));
    return [`${nameIn(path)}@${version}`];
  });
}

const nameIn = (path: string) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
