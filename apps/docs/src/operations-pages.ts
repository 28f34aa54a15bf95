import type { OpenApiDocument } from "@countersign/document";
import { guidePath, operationsPath, relativeHref } from "./addresses.ts";
import type { Guide, GuideGroup } from "./guides.ts";
import { anchoredHeading, dataScript, escapeHtml } from "./html.ts";
import type { Surroundings } from "./markdown.ts";
import { operationList } from "./operation-list.ts";
import type { Page } from "./page.ts";
import { tagDocument } from "./tag-document.ts";
import { trialsOf } from "./try-it/calls.ts";

/** What the pages of operations are made from. */
interface OperationsSource {
  document: OpenApiDocument;
  groups: GuideGroup[];
  /** The pages of errors that the site has: `60203`, `v1/60022`. */
  errors: string[];
  around(path: string): Surroundings;
}

/** A page for the operations of each tag, and the list of all. */
export function operationsPages(source: OperationsSource): Page[] {
  const guides = source.groups.flatMap((group) => group.guides).filter(({ operations }) => operations.length > 0);
  return [allOperations(guides), ...guides.map((guide) => operationsPage(guide, source))];
}

/** What Redoc makes of the operations of a tag, below their list, which is there without scripts too. */
function operationsPage(guide: Guide, { document, errors, around }: OperationsSource): Page {
  const path = operationsPath(guide.name);
  const title = escapeHtml(guide.title);
  const href = (to: string) => relativeHref(path, to);
  return {
    path,
    title: `${guide.title}: operations`,
    kind: "operations",
    description: `${guide.operations.map(({ operation }) => operation.summary).join(", ")}.`,
    scripts: ["redoc.js", "try-it.js", "operations.js"],
    styles: ["operations.css"],
    allowed: { emptyStyles: true, connect: ["http://localhost:*", "http://127.0.0.1:*"] },
    body: [
      `<h1>${title}: operations</h1>`,
      `<p>The guide <a href="${href(guidePath(guide.name))}">${title}</a> tells how they belong together.</p>`,
      operationList(guide.operations, path),
      `<div id="redoc"><p>A script lays out the details. Without it, read the <a href="${href("openapi.json")}">OpenAPI document</a>.</p></div>`,
      dataScript("document", tagDocument(document, guide, around(path).hrefOf)),
      dataScript("trials", trialsOf(document, guide.operations, errors)),
    ].join("\n"),
  };
}

function allOperations(guides: Guide[]): Page {
  const path = "reference/index.html";
  const sections = guides.map(({ name, title, operations }) => {
    return `${anchoredHeading(name, title)}\n${operationList(operations, path)}`;
  });
  return {
    path,
    title: "Operations",
    kind: "operations",
    description: "Every operation of both APIs, by what it is about.",
    body: `<h1>Operations</h1>\n${sections.join("")}`,
    headings: guides.map(({ name, title }) => ({ id: name, level: 2, text: title })),
  };
}
