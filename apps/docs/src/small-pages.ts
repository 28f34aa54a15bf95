import type { CatalogueEntry } from "@countersign/types";
import type { ErrorAnchors } from "./anchors.ts";
import { logoUrl } from "./brand.ts";
import { browserFile } from "./browser-file.ts";
import { escapeHtml, htmlDocument } from "./html.ts";
import { publishedUrl } from "./published-url.ts";

const style = browserFile("small.css");
const logo = `<img src="${escapeHtml(logoUrl)}" alt="Countersign" width="190" height="32">`;

/**
 * The pages of stable addresses, by their files: `errors/60203` for v2, `errors/v1/60022` for v1 and, where v2 has no
 * error of the number, `errors/60022` too. Each goes on to the place of the error on the reference page.
 */
export function errorPages(errors: CatalogueEntry[], anchorOf: ErrorAnchors): Map<string, string> {
  const pages = new Map([["errors/index.html", errorList(errors)]]);
  // v2 comes last, so that it has the plain address where both APIs have the number.
  for (const error of [...errors].sort((a, b) => a.api.localeCompare(b.api))) {
    if (error.api === "v1")
      pages.set(`errors/v1/${error.code}/index.html`, errorPage(error, "../../../", anchorOf(error)));
    pages.set(`errors/${error.code}/index.html`, errorPage(error, "../../", anchorOf(error)));
  }
  return pages;
}

/** What a server shows for an address that does not exist. */
export function notFoundPage(): string {
  return htmlDocument({
    title: "Not found",
    style,
    body: `${logo}<h1>There is no such page</h1><p><a href="${publishedUrl}">Go to the documentation</a></p>`,
  });
}

/** The text stands here as well, for who reads without scripts. */
function errorPage(error: CatalogueEntry, root: string, anchor: string): string {
  const target = `${root}index.html#${encodeURI(anchor)}`;
  return htmlDocument({
    title: `${error.code} ${error.message}`,
    head: `<meta http-equiv="refresh" content="0; url=${escapeHtml(target)}">\n`,
    style,
    body: [
      logo,
      `<h1>${error.code} ${escapeHtml(error.message)}</h1>`,
      `<p>An error of API ${error.api}, HTTP ${error.status}.</p>`,
      `<h2>Cause</h2><p>${prose(error.cause)}</p>`,
      `<h2>What to do</h2><p>${prose(error.remedy)}</p>`,
      `<p><a href="${escapeHtml(target)}">Read on in the reference</a></p>`,
    ].join("\n"),
  });
}

function errorList(errors: CatalogueEntry[]): string {
  const table = (api: CatalogueEntry["api"], folder: string) => {
    const rows = errors
      .filter((error) => error.api === api)
      .map(
        ({ code, status, message }) =>
          `<tr><td><a href="${folder}${code}/index.html">${code}</a></td><td>${status}</td><td>${escapeHtml(message)}</td></tr>`,
      );
    return `<table><tr><th>Code</th><th>Status</th><th>Message</th></tr>${rows.join("\n")}</table>`;
  };
  return htmlDocument({
    title: "Errors",
    style,
    body: [
      logo,
      '<h1>Errors</h1><p><a href="../index.html">Go to the reference</a></p>',
      `<h2>API v2</h2>${table("v2", "")}`,
      `<h2>API v1 (legacy)</h2>${table("v1", "v1/")}`,
    ].join("\n"),
  });
}

/** The catalogue's texts are prose with code in backticks. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}
