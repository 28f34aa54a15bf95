import { readFileSync } from "node:fs";
import { renderMarkdown, type Surroundings } from "./markdown.ts";
import type { Page } from "./page.ts";

/** Where a reader begins: how to try it, integrate it, test it and run it. */
export function frontPage(around: (path: string) => Surroundings): Page {
  const path = "index.html";
  const markdown = readFileSync(new URL("../front.md", import.meta.url), "utf8");
  const { html, headings } = renderMarkdown(markdown, around(path));
  return {
    path,
    title: "Countersign",
    kind: "front",
    description: "Verify that a person holds a phone number or an e-mail address: guides, operations and errors.",
    scripts: ["front.js"],
    body: `<h1>Verify that a person holds a phone number or an e-mail address</h1>\n${html}`,
    headings,
  };
}

/** What a server shows for an address that does not exist. */
export function notFoundPage(): Page {
  return {
    path: "404.html",
    title: "Not found",
    kind: "front",
    description: "There is no such page.",
    body: "<h1>There is no such page</h1>\n<p>The contents have all that there is.</p>",
  };
}
