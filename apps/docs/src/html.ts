import { markUrl } from "./brand.ts";
import { contentSecurityPolicy, type InlineParts } from "./content-security.ts";

/** A page of the site. */
export interface Page {
  title: string;
  /** The HTML between the body tags, without the scripts. */
  body: string;
  style: string;
  /** Elements for the head besides the common ones. */
  head?: string;
  scripts?: string[];
  /** Styles that scripts add. */
  addedStyles?: string[];
}

/** A whole HTML document that brings its own policy, so that it is as strict from a file as from a server. */
export function htmlDocument({ title, body, style, head = "", scripts = [], addedStyles = [] }: Page): string {
  const inline: InlineParts = { scripts, styles: [style, ...addedStyles] };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(inline))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${escapeHtml(markUrl)}">
${head}<style>${style}</style>
</head>
<body>
${body}
${scripts.map((script) => `<script>${script}</script>\n`).join("")}</body>
</html>
`;
}

/** Text as it must stand in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A value in a script element that holds data, which no policy concerns: it does not run. */
export function dataScript(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`;
}
