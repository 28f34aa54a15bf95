import highlighter from "highlight.js/lib/common";
import MarkdownIt from "markdown-it";
import { headingId } from "./addresses.ts";
import { escapeHtml } from "./html.ts";

export interface Heading {
  id: string;
  /** From 2 on. */
  level: number;
  text: string;
}

interface Rendered {
  html: string;
  headings: Heading[];
}

/** What the page that a text stands on says of addresses and pictures. */
export interface Surroundings {
  hrefOf(href: string): string;
  /** The attributes of a picture besides its address. */
  attributesOf(src: string): Record<string, string>;
}

/** A text of the document as HTML, its headings under the page's own: the uppermost is an `h2`, and no level is left out. */
export function renderMarkdown(markdown: string, around: Surroundings): Rendered {
  const tokens = placed(parser.parse(markdown, {}), around);
  const headings = takeHeadings(tokens);
  return { html: parser.renderer.render(tokens, parser.options, {}), headings };
}

/** A line of the document as HTML. */
export function renderInline(markdown: string, around: Surroundings): string {
  return parser.renderer.render(placed(parser.parseInline(markdown, {}), around), parser.options, {});
}

/** A piece of code with its words coloured. It can be reached by keys, since it may have to be scrolled. */
export function codeBlock(code: string, language = ""): string {
  const known = highlighter.getLanguage(language);
  const coloured = known ? highlighter.highlight(code.trimEnd(), { language }).value : escapeHtml(code.trimEnd());
  const name = language && ` class="language-${escapeHtml(language)}"`;
  return `<div class="code"><pre tabindex="0"><code${name}>${coloured}</code></pre></div>\n`;
}

// The texts are our own: they write line breaks in tables as HTML, and have drawings in them.
const parser = new MarkdownIt({ html: true });
parser.validateLink = () => true;

const { rules } = parser.renderer;
rules.fence = (tokens, index) => codeBlock(tokens[index]?.content ?? "", tokens[index]?.info.trim());
rules.table_open = () => '<div class="wide" tabindex="0"><table>\n';
rules.table_close = () => "</table></div>\n";
rules.heading_open = (tokens, index, options, _, self) =>
  `${self.renderToken(tokens, index, options)}<a class="anchor" href="#${encodeURI(String(tokens[index]?.attrGet("id")))}">`;
rules.heading_close = (tokens, index, options, _, self) => `</a>${self.renderToken(tokens, index, options)}`;

type Tokens = ReturnType<typeof parser.parse>;

/** Makes links and pictures lead to where they are from this page. */
function placed(tokens: Tokens, around: Surroundings): Tokens {
  for (const [at, open] of tokens.entries()) {
    // A heading of a column that says nothing is none.
    if (open.type === "th_open" && tokens[at + 1]?.content === "")
      for (const token of [open, tokens[at + 2]]) if (token) token.tag = "td";
  }
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    const [href, src] = ["href", "src"].map((name) => token.attrGet(name)?.toString());
    if (href !== undefined) token.attrSet("href", around.hrefOf(href));
    if (src === undefined) continue;
    token.attrSet("src", around.hrefOf(src));
    for (const [name, value] of Object.entries(around.attributesOf(src))) token.attrSet(name, value);
  }
  return tokens;
}

/** Gives each heading its level and its id. */
function takeHeadings(tokens: Tokens): Heading[] {
  const places = [...tokens.keys()].filter((at) => tokens[at]?.type === "heading_open");
  const written = (at: number) => Number(tokens[at]?.tag.slice(1));
  const uppermost = Math.min(...places.map(written));
  const counts = new Map<string, number>();
  let above = 1;
  return places.map((at) => {
    const text = (tokens[at + 1]?.children ?? []).map(({ content }) => content).join("");
    above = Math.min(written(at) - uppermost + 2, above + 1);
    const count = counts.get(text) ?? 0;
    counts.set(text, count + 1);
    const id = headingId(text) + (count > 0 ? `-${count}` : "");
    for (const token of [tokens[at], tokens[at + 2]]) if (token) token.tag = `h${above}`;
    tokens[at]?.attrSet("id", id);
    return { id, level: above, text };
  });
}
