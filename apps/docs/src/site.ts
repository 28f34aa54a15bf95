import type { OpenApiDocument } from "@countersign/document";
import templatesSchema from "@countersign/spec/templates.schema.json" with { type: "json" };
import type { CatalogueEntry } from "@countersign/types";
import { errorAnchors, linkErrorTables } from "./anchors.ts";
import { numberErrorTitles } from "./error-titles.ts";
import { describePersonalData } from "./personal-data.ts";
import { publishedUrl } from "./published-url.ts";
import type { RedocBundle } from "./redoc-bundle.ts";
import { referencePage } from "./reference-page.ts";
import { addSamples, type Samples } from "./samples/samples.ts";
import { errorPages, notFoundPage } from "./small-pages.ts";

/** What the site is made from. */
interface SiteSource {
  document: OpenApiDocument;
  errors: CatalogueEntry[];
  samples: Samples[];
  redoc: RedocBundle;
}

/** All files of the site, by their paths. They refer to each other relatively, so the site can stand anywhere. */
export function siteFiles({ document, errors, samples, redoc }: SiteSource): Map<string, string> {
  const anchorOf = errorAnchors(document);
  const shown = structuredClone(document);
  addSamples(shown, samples);
  describePersonalData(shown);
  numberErrorTitles(shown);
  linkErrorTables(shown, anchorOf);
  showOwnPictures(shown);
  return new Map([
    ["index.html", referencePage(shown, redoc)],
    // Under the address that the schema says of itself.
    ["templates.schema.json", `${JSON.stringify(templatesSchema, null, 2)}\n`],
    ["openapi.json", `${JSON.stringify(document, null, 2)}\n`],
    ["404.html", notFoundPage()],
    // The name that the script's first line gives.
    ["redoc.standalone.js.LICENSE.txt", redoc.licences],
    ...errorPages(errors, anchorOf),
  ]);
}

/** The pictures of the guides lie beside the page, wherever that stands. */
function showOwnPictures({ tags = [] }: OpenApiDocument): void {
  for (const tag of tags)
    tag.description = tag.description?.replaceAll(`](${publishedUrl}pictures/`, "](pictures/") ?? "";
}
