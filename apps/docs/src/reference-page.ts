import type { OpenApiDocument } from "@countersign/document";
import { logoUrl } from "./brand.ts";
import { browserFile } from "./browser-file.ts";
import { dataScript, htmlDocument } from "./html.ts";
import type { RedocBundle } from "./redoc-bundle.ts";
import { redocOptions } from "./theme.ts";

const style = browserFile("reference.css");
const start = browserFile("start.js");

/** The one page that shows the whole document, with everything that it needs inside. */
export function referencePage(document: OpenApiDocument, redoc: RedocBundle): string {
  const logo = { url: logoUrl, altText: "Countersign", href: "#" };
  return htmlDocument({
    title: document.info.title,
    head: '<meta name="description" content="Reference and guides of the Countersign Verify API.">\n',
    style,
    body: [
      `<div id="redoc">${whileLoading}</div>`,
      dataScript("openapi", { ...document, info: { ...document.info, "x-logo": logo } }),
      dataScript("options", redocOptions),
    ].join("\n"),
    scripts: [redoc.script, start],
    addedStyles: redoc.styles,
  });
}

const whileLoading =
  '<p class="loading">The reference is being laid out…</p><noscript><p class="loading">It needs JavaScript. Without it, ' +
  'read the <a href="openapi.json">OpenAPI document</a> and the <a href="errors/index.html">list of errors</a>.</p></noscript>';
