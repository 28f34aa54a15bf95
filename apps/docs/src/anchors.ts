import type { OpenApiDocument } from "@countersign/document";
import type { CatalogueEntry } from "@countersign/types";
import slugifyModule from "slugify";

const slugify = slugifyModule.default;

/** Finds the place of an error on the reference page, as the part of the address after `#`. */
export type ErrorAnchors = (error: Pick<CatalogueEntry, "api" | "code">) => string;

const errorHeading = /^## ((V1 )?(\d{5})\b.*)$/;

/**
 * Reads from the guides where each error is explained: under a heading with its number, `## 60203 …` or `## V1 60022 …`.
 * Redoc makes the anchors from the names of the tag and the heading.
 */
export function errorAnchors(document: OpenApiDocument): ErrorAnchors {
  const anchors = new Map<string, string>();
  for (const { name, description } of document.tags) {
    for (const line of (description ?? "").split("\n")) {
      const [, heading, v1, code] = errorHeading.exec(line) ?? [];
      if (heading) anchors.set(`${v1 ? "v1" : "v2"} ${code}`, `tag/${slugify(name)}/${slugify(heading)}`);
    }
  }
  return ({ api, code }) => {
    const anchor = anchors.get(`${api} ${code}`);
    if (!anchor) throw new Error(`No guide has a heading for the ${api} error ${code}`);
    return anchor;
  };
}

/** Turns each number in the guides' error tables into a link to its heading. A table stands above its headings. */
export function linkErrorTables(document: OpenApiDocument, anchorOf: ErrorAnchors): void {
  for (const tag of document.tags) {
    let api: CatalogueEntry["api"] = "v2";
    const lines = (tag.description ?? "").split("\n").reverse();
    const linked = lines.map((line) => {
      const heading = errorHeading.exec(line);
      if (heading) api = heading[2] ? "v1" : "v2";
      return line.replace(/^\| (\d{5}) \|/, (_, code) => `| [${code}](#${anchorOf({ api, code: Number(code) })}) |`);
    });
    if (tag.description) tag.description = linked.reverse().join("\n");
  }
}
