import { errorHeading, errorPath, guidePath } from "./addresses.ts";
import type { Guide } from "./guides.ts";
import { escapeHtml } from "./html.ts";
import { renderMarkdown, type Surroundings } from "./markdown.ts";
import { operationList } from "./operation-list.ts";
import type { Page } from "./page.ts";
import { publishedUrl } from "./published-url.ts";

/** A guide as a page. One that belongs to operations lists them, and leads to what the document says of each. */
export function guidePage(guide: Guide, around: (path: string) => Surroundings): Page {
  const path = guidePath(guide.name);
  const { html, headings } = renderMarkdown(withErrorLinks(guide), around(path));
  return {
    path,
    title: guide.title,
    kind: "guide",
    description: firstSentence(guide.markdown),
    body: `<h1>${escapeHtml(guide.title)}</h1>\n${operationList(guide.operations, path)}${html}`,
    headings,
  };
}

/** Every error has a page of its own, so that guides have only their tables, with links. */
export function withErrorLinks({ name, markdown }: Pick<Guide, "name" | "markdown">): string {
  let api: "v1" | "v2" = name.startsWith("v1") ? "v1" : "v2";
  let isError = false;
  return markdown
    .split("\n")
    .flatMap((line) => {
      const heading = /^## (.*)/.exec(line)?.[1];
      if (heading !== undefined) isError = errorHeading.test(heading);
      if (heading?.startsWith("All errors of ")) api = heading.endsWith(" v1") ? "v1" : "v2";
      const linked = (code: string) => `[${code}](${publishedUrl}${errorPath({ api, code: Number(code) })})`;
      return isError ? [] : [line.replace(/^\| (\d{5}) \|/, (_, code) => `| ${linked(code)} |`)];
    })
    .join("\n");
}

/** What stands before the first full stop, without marks. */
export function firstSentence(markdown: string): string {
  const [line = ""] = markdown.split("\n");
  const plain = line.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
  return /^.*?[.:](?=\s|$)/.exec(plain)?.[0].replace(/:$/, ".") ?? plain;
}
