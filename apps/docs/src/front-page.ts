import type { Page } from "./page.ts";

/** Where a reader begins. */
export function frontPage(): Page {
  return {
    path: "index.html",
    title: "Countersign",
    kind: "front",
    description: "Verify that a person holds a phone number or an e-mail address: guides, operations and errors.",
    scripts: ["front.js"],
    body: [
      "<h1>Countersign</h1>",
      "<p>Verify that a person holds a phone number or an e-mail address.</p>",
      '<ul>\n<li><a href="guides/getting-started/index.html">Getting started</a></li>',
      '<li><a href="guides/testing/index.html">Testing your integration</a></li>',
      '<li><a href="guides/operating/index.html">Operating a server</a></li>',
      '<li><a href="reference/index.html">Operations</a></li>',
      '<li><a href="errors/index.html">Errors</a></li>\n</ul>',
    ].join("\n"),
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
