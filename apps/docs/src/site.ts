import type { OpenApiDocument } from "@countersign/document";
import seedSchema from "@countersign/spec/seed.schema.json" with { type: "json" };
import templatesSchema from "@countersign/spec/templates.schema.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import { type Bill, billOf, within } from "../../../scripts/sbom/bill.ts";
import { type Component, namedComponent } from "../../../scripts/sbom/component.ts";
import { oldPlaces, relativeHref, siteAddress } from "./addresses.ts";
import { hashedPaths } from "./assets.ts";
import { browserFile, browserProgram } from "./browser-file.ts";
import { errorPages } from "./error-pages.ts";
import { numberErrorTitles } from "./error-titles.ts";
import { frontPage, notFoundPage } from "./front-page.ts";
import { guidePage } from "./guide-page.ts";
import { guideGroups } from "./guides.ts";
import type { Surroundings } from "./markdown.ts";
import { navigation } from "./navigation.ts";
import { operationsPages } from "./operations-pages.ts";
import { layout, type Page } from "./page.ts";
import { describePersonalData } from "./personal-data.ts";
import { publishedUrl } from "./published-url.ts";
import type { RedocBundle } from "./redoc-bundle.ts";
import { addSamples, type Samples } from "./samples/samples.ts";
import { searchEntries } from "./search/entries.ts";
import { searchScript } from "./search/search-script.ts";
import { redocOptions } from "./theme.ts";

/** What the site is made from. */
interface SiteSource {
  document: OpenApiDocument;
  errors: CatalogueEntry[];
  samples: Samples[];
  redoc: RedocBundle;
  /** What is in the programs for browsers beside it, by their names. */
  libraries: Record<string, Component[]>;
  /** The names of the guides by their tags. */
  guides: Record<string, string>;
  /** The width and height of a picture of the guides. */
  sizeOf(picture: string): [width: number, height: number];
}

/** All files of the site, by their paths. They refer to each other relatively, so the site can stand anywhere. */
export function siteFiles(source: SiteSource): Map<string, string> {
  const { document, errors, samples, redoc } = source;
  const groups = guideGroups(document, source.guides);
  const places = oldPlaces(groups);
  const around = (path: string): Surroundings => ({
    hrefOf: (href) => {
      const address = siteAddress(href, places);
      return address === undefined ? href : relativeHref(path, address);
    },
    attributesOf: (src) => sizeAttributes(src, source),
  });
  const shown = structuredClone(document);
  addSamples(shown, samples);
  describePersonalData(shown);
  numberErrorTitles(shown);
  const pages: Page[] = [
    frontPage(around),
    ...groups.flatMap((group) => group.guides).map((guide) => guidePage(guide, around)),
    ...errorPages({ document, errors, groups, around }),
    ...operationsPages({ document: shown, groups, errors: placesOf(errors), around }),
  ];
  const assets = new Map([
    ["page.css", `${browserFile("page.css")}\n${browserFile("search.css")}`],
    ["page.js", `${browserFile("page.js")}\n${browserFile("search-field.js")}`],
    [
      "front.js",
      browserFile("front.js").replace("OLD_PLACES", JSON.stringify({ ...places, errors: placesOf(errors) })),
    ],
    ["search.js", searchScript(searchEntries({ document, errors, groups, pages }))],
    ["redoc.js", redoc.script],
    ["operations.css", `${browserFile("operations.css")}\n${browserFile("try-it.css")}`],
    ["try-it.js", browserProgram("try-it.js")],
    ["operations.js", browserFile("operations.js").replace("REDOC_OPTIONS", JSON.stringify(redocOptions))],
  ]);
  const paths = hashedPaths(assets);
  const site = { groups: navigation(groups), assetPath: (name: string) => paths.get(name) ?? missing(name) };
  return new Map([
    ...pages.map((page): [string, string] => [page.path, layout(page, site)]),
    ["404.html", layout(notFoundPage(), site, publishedUrl)],
    ...[...assets].map(([name, text]): [string, string] => [site.assetPath(name), text]),
    // Under the addresses that the schemas say of themselves.
    ["seed.schema.json", `${JSON.stringify(seedSchema, null, 2)}\n`],
    ["templates.schema.json", `${JSON.stringify(templatesSchema, null, 2)}\n`],
    ["openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    // The name that the script's first line gives.
    ["assets/redoc.standalone.js.LICENSE.txt", redoc.licences],
    ...redoc.libraries.flatMap(({ licence }) => (licence ? [licence] : [])),
    ["bom.json", `${JSON.stringify(siteBill(source, site.assetPath), null, 2)}\n`],
  ]);
}

function siteBill({ redoc, libraries }: SiteSource, pathOf: (name: string) => string): Bill {
  const all = { ...libraries, "redoc.js": redoc.libraries.map(({ component }) => component) };
  const found = Object.entries(all).flatMap(([name, components]) =>
    components.map((component) => within(component, [pathOf(name)])),
  );
  return billOf(namedComponent("@countersign/docs"), found);
}

function missing(name: string): never {
  throw new Error(`The site has no asset ${name}`);
}

/** So that a page does not move when a picture comes. */
function sizeAttributes(src: string, { sizeOf }: SiteSource): Record<string, string> {
  const folder = `${publishedUrl}pictures/`;
  if (!src.startsWith(folder)) return {};
  const [width, height] = sizeOf(src.slice(folder.length));
  return { width: String(width), height: String(height) };
}

/** `60203`, and `v1/60022` of v1. */
function placesOf(errors: CatalogueEntry[]): string[] {
  return errors.map(({ api, code }) => (api === "v1" ? `v1/${code}` : String(code)));
}
