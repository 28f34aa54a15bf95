import { relativeHref } from "./addresses.ts";
import { markUrl } from "./brand.ts";
import { type Allowed, contentSecurityPolicy } from "./content-security.ts";
import { escapeHtml } from "./html.ts";
import type { Heading } from "./markdown.ts";
import { contents, type NavGroup } from "./navigation.ts";
import { searchField } from "./search/search-field.ts";

/** A page of the site. */
export interface Page {
  /** `guides/testing/index.html` */
  path: string;
  title: string;
  kind: "front" | "guide" | "error" | "operations";
  description: string;
  /** The HTML of `main`, with its one `h1`. Its links are relative to the page, and name the file. */
  body: string;
  /** What the page lists as its contents. */
  headings?: Heading[];
  /** Assets of this page alone, by their names in `src/browser`. */
  scripts?: string[];
  styles?: string[];
  /** What it may besides running the site's own scripts. */
  allowed?: Allowed;
  /** The path of the page that says the same, where an address has two. */
  copyOf?: string;
}

/** What all pages have in common. */
export interface Site {
  groups: NavGroup[];
  /** The path of an asset, which has its hash in it. */
  assetPath(name: string): string;
}

/**
 * The whole HTML of a page. It says its policy itself, so that it is as strict from a file as from a server.
 * @param root where the site begins, for a page that cannot know how deep it is shown
 */
export function layout(page: Page, { groups, assetPath }: Site, root?: string): string {
  const href = (to: string) => escapeHtml(root === undefined ? relativeHref(page.path, to) : root + to);
  const styles = ["page.css", ...(page.styles ?? [])].map(
    (name) => `<link rel="stylesheet" href="${href(assetPath(name))}">`,
  );
  const scripts = ["page.js", ...(page.scripts ?? [])].map(
    // The first sets the colours, before anything is shown.
    (name, index) => `<script${index ? " defer" : ""} src="${href(assetPath(name))}"></script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(page.allowed))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.kind === "front" ? page.title : `${page.title} · Countersign`)}</title>
<meta name="description" content="${escapeHtml(page.description)}">
<link rel="icon" href="${escapeHtml(markUrl)}">${page.copyOf ? `\n<link rel="canonical" href="${href(page.copyOf)}">` : ""}
${[...styles, ...scripts].join("\n")}
</head>
<body class="${page.kind}">
<a class="skip" href="#main">Skip to the content</a>
<header>
<a class="brand" href="${href("index.html")}"><img src="${escapeHtml(markUrl)}" alt="" width="28" height="28">Countersign</a>
<button type="button" class="menu" popovertarget="contents">Contents</button>
<nav aria-label="Site">
<a href="${href("guides/getting-started/index.html")}">Guides</a>
<a href="${href("reference/index.html")}">Operations</a>
<a href="${href("errors/index.html")}">Errors</a>
</nav>
${searchField(href(assetPath("search.js")), href(""))}</header>
<nav id="contents" class="side" aria-label="Contents" popover>
${contents(groups, page.path, href)}</nav>
<main id="main" tabindex="-1">
${page.body}
</main>
${onThisPage(page.headings ?? [])}<footer>
<p>Countersign is open source, and not affiliated with Twilio.
<a href="${href("openapi.json")}">The OpenAPI document</a></p>
</footer>
</body>
</html>
`;
}

/** The headings of a page that has several. */
function onThisPage(headings: Heading[]): string {
  const listed = headings.filter(({ level }) => level <= 3);
  if (listed.length < 2) return "";
  const items = listed.map(
    ({ id, level, text }) =>
      `<li class="level-${level}"><a href="#${escapeHtml(encodeURI(id))}">${escapeHtml(text)}</a></li>\n`,
  );
  return `<nav class="side toc" aria-labelledby="toc">\n<h2 id="toc">On this page</h2>\n<ul>\n${items.join("")}</ul>\n</nav>\n`;
}
