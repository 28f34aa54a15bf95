import { formOf, type OpenApiDocument, withParts } from "@countersign/document";
import type { CatalogueEntry } from "@countersign/types";
import { errorPath, operationsPath } from "../addresses.ts";
import type { GuideGroup } from "../guides.ts";
import type { Page } from "../page.ts";
import { otherWords } from "./words.ts";

/** What can be found: a guide, a section of one, an error or an operation. */
export interface Entry {
  /** Its address, from the root of the site. */
  at: string;
  kind: "guide" | "section" | "error" | "operation";
  title: string;
  /** What it is part of. */
  place: string;
  text: string;
  /** Of an operation: how programs call it. */
  id?: string;
  /** What else readers call it. */
  words?: string;
}

interface Searched {
  document: OpenApiDocument;
  errors: CatalogueEntry[];
  groups: GuideGroup[];
  pages: Page[];
}

/** Adds what readers call things. @throws Error for words of a place that there is not */
export function withWords(entries: Entry[]): Entry[] {
  const missing = Object.keys(otherWords).filter((at) => !entries.some((entry) => entry.at === at));
  if (missing.length > 0) throw new Error(`Words lead to no place: ${missing.join(", ")}`);
  return entries.map((entry) => ({ ...entry, words: [entry.words, otherWords[entry.at]].join(" ") }));
}

/** All that can be found. Errors have their own pages, so that the guides' tables of them are left out. */
export function searchEntries({ document, errors, groups, pages }: Searched): Entry[] {
  return [
    ...pages.filter(({ kind }) => kind === "guide").flatMap(sectionsOf),
    ...errors.map(({ api, code, message, cause, remedy }): Entry => {
      const place = `Error of API ${api}`;
      return {
        at: errorPath({ api, code }),
        kind: "error",
        title: `${code} ${message}`,
        place,
        text: `${cause} ${remedy}`,
      };
    }),
    ...groups
      .flatMap((group) => group.guides)
      .flatMap(({ name, title, operations }) =>
        operations.map(({ operation, method, path }): Entry => {
          const { operationId, summary = operationId, description = "" } = operation;
          const form = formOf(document, operation);
          const parts = form ? withParts(document, form.schema) : [];
          const fields = parts.flatMap(({ properties = {} }) => Object.keys(properties));
          const at = `${operationsPath(name)}#operation/${operationId}`;
          const text = [method, path, description, ...new Set(fields)].join(" ");
          const [last = ""] = path.match(/\w+(?=$|\/\{\w+\}$)/) ?? [];
          const id = `${operationId} ${operationId.replace(/(?=[A-Z])/g, " ")} ${last}`;
          return { at, kind: "operation", title: summary, place: `Operation of ${title}`, text, id };
        }),
      ),
  ];
}

const heading = /<h[23][^>]* id="([^"]+)"[^>]*>(.*?)<\/h[23]>/g;

/** A page by its headings. What stands above the first is the page's own. */
function sectionsOf({ path, title, body }: Page): Entry[] {
  const [first = "", ...rest] = body
    .replace(/<pre.*?<\/pre>/gs, " ")
    .replace(/<h1>.*?<\/h1>/, "")
    .split(heading);
  const guide: Entry = { at: path, kind: "guide", title, place: "Guide", text: textOf(first) };
  const sections = rest.flatMap((id, index): Entry[] => {
    const [name = "", html = ""] = rest.slice(index + 1);
    const section = { at: `${path}#${id}`, title: textOf(name), place: title, text: textOf(html) };
    return index % 3 === 0 && !section.title.startsWith("All errors of ") ? [{ ...section, kind: "section" }] : [];
  });
  return [guide, ...sections];
}

/** What a reader sees of it, in one line. */
function textOf(html: string): string {
  const marks: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', nbsp: " " };
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
      name ? (marks[name] ?? whole) : String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/\s+/g, " ")
    .trim();
}
