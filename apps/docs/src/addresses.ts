import type { CatalogueEntry } from "@countersign/types";
import slugifyModule from "slugify";
import type { GuideGroup } from "./guides.ts";
import { publishedUrl } from "./published-url.ts";

const slugify = slugifyModule.default;

export type ErrorName = Pick<CatalogueEntry, "api" | "code">;

export const guidePath = (name: string) => `guides/${name}/index.html`;
export const operationsPath = (name: string) => `reference/${name}/index.html`;
export const errorPath = ({ api, code }: ErrorName) => `errors/${api === "v1" ? "v1/" : ""}${code}/index.html`;

/** The heading of an error in the guide of errors, which has a page of its own here. */
export const errorHeading = /^(V1[ -])?(\d{5})[ -]/;

/** The id of a heading: as Redoc makes it of the same document, whose `#tag/Guide/Heading` the guides write. */
export function headingId(text: string): string {
  return slugify(text);
}

/** The address of one file of the site as another one writes it. It always names the file, so that it holds in a folder. */
export function relativeHref(from: string, to: string): string {
  return "../".repeat(from.split("/").length - 1) + to;
}

/** Where the places of the document are, as Redoc calls them: `#tag/Testing/Move-time`, `#operation/createVerification`. */
export interface OldPlaces {
  /** Guides by the slugs of their tags. */
  tags: Record<string, string>;
  /** Names of guides by the ids of their operations. */
  operations: Record<string, string>;
}

export function oldPlaces(groups: GuideGroup[]): OldPlaces {
  const guides = groups.flatMap((group) => group.guides);
  return {
    tags: Object.fromEntries(guides.flatMap(({ tag, name }) => (tag ? [[slugify(tag), name]] : []))),
    operations: Object.fromEntries(
      guides.flatMap(({ name, operations }) => operations.map(({ operation }) => [operation.operationId, name])),
    ),
  };
}

/**
 * Turns an address that the document's texts write into one of the site, from its root.
 * @returns undefined for one that leads out of the site
 * @throws Error for a place that the document does not have
 */
export function siteAddress(href: string, { tags, operations }: OldPlaces): string | undefined {
  const published = href.startsWith(publishedUrl) ? href.slice(publishedUrl.length) : undefined;
  if (published !== undefined)
    return /\.\w+$/.test(published) ? published : `${published.replace(/\/?$/, "/")}index.html`;
  const [, kind, name = "", heading = ""] = /^#(tag|operation)\/([^/]+)(?:\/(.+))?$/.exec(decodeURI(href)) ?? [];
  if (!kind) return undefined;
  const guide = (kind === "tag" ? tags : operations)[name];
  if (!guide) throw new Error(`The document has no ${kind} for the link ${href}`);
  if (kind === "operation") return `${operationsPath(guide)}#operation/${name}`;
  const [, v1, code] = (guide === "errors" && errorHeading.exec(heading)) || [];
  if (code) return errorPath({ api: v1 ? "v1" : "v2", code: Number(code) });
  return guidePath(guide) + (heading && `#${heading}`);
}
