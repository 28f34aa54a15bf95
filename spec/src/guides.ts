import { readFileSync } from "node:fs";
import type { OpenApiDocument } from "@countersign/document";
import type { CatalogueEntry } from "./error-catalogue.ts";
import { docsUrl } from "./error-examples.ts";

/**
 * Completes the guides in the document's prose: `<!-- errors v2 -->` becomes the errors of that API. A drawing beside the
 * guide is put into the text, since the document travels as one file; a picture of the console is too large for that, and
 * is where the docs are published.
 * @param guidesDirectory where the guides' drawings are.
 */
export function completeGuides(document: OpenApiDocument, catalogue: CatalogueEntry[], guidesDirectory: URL): void {
  const complete = (text: string) =>
    text
      .replace(/<!-- errors (v1|v2) -->/g, (_, api) => errorSections(catalogue.filter((entry) => entry.api === api)))
      .replace(/\]\((\w[\w-]*\.svg)\)/g, (_, file) => `](${svgDataUrl(new URL(file, guidesDirectory))})`)
      .replace(/\]\((pictures\/[\w-]+\.png)\)/g, `](${docsUrl}/$1)`);
  if (document.info.description) document.info.description = complete(document.info.description);
  for (const tag of document.tags ?? []) if (tag.description) tag.description = complete(tag.description);
}

/** One heading a code, so that every code has an address and is found by the search. */
function errorSections(entries: CatalogueEntry[]): string {
  return [overview(entries), ...entries.map(section)].join("\n\n");
}

function overview(entries: CatalogueEntry[]): string {
  const rows = entries.map(
    ({ code, status, message, retryable }) => `| ${code} | ${status} | ${message} | ${retryable ? "yes" : "no"} |`,
  );
  return ["| Code | Status | Message | Try again later |", "|---|---|---|---|", ...rows].join("\n");
}

function section({ api, code, status, message, cause, remedy, retryable, category }: CatalogueEntry): string {
  return [
    // Redoc mixes up the sections of headings that have code in them.
    `## ${api === "v1" ? "V1 " : ""}${code} ${message.replaceAll("`", "")}`,
    `HTTP **${status}** · ${retryable ? "may be tried again later" : "do not retry unchanged"}${category ? ` · ${category}` : ""}`,
    `**Cause.** ${cause}`,
    `**What to do.** ${remedy}`,
  ].join("\n\n");
}

function svgDataUrl(file: URL): string {
  return `data:image/svg+xml;base64,${readFileSync(file).toString("base64")}`;
}
