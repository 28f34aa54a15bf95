import { existsSync, readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** A fenced block of a Markdown file. */
export interface Snippet {
  language: string;
  code: string;
  /** Where it stands, as `README.md:42`. */
  place: string;
}

const root = new URL("../", import.meta.url);
/** README, guides, and what else is for readers. */
export const documents = [
  new URL("README.md", root),
  new URL("CONTRIBUTING.md", root),
  new URL("apps/docs/front.md", root),
  ...["packages", "apps"].flatMap((folder) =>
    readdirSync(new URL(folder, root))
      .map((name) => new URL(`${folder}/${name}/README.md`, root))
      .filter((file) => existsSync(file)),
  ),
  ...readdirSync(new URL("spec/guides/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => new URL(`spec/guides/${name}`, root)),
];

const fence = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** The fenced blocks of a Markdown file, in their order. */
export function snippetsOf(file: URL): Snippet[] {
  return snippetsIn(readFileSync(file, "utf8"), file.pathname.split("/").slice(-2).join("/"));
}

/** The fenced blocks of a text. @param name what their places are given in */
export function snippetsIn(text: string, name: string): Snippet[] {
  return [...text.matchAll(fence)].map((match) => ({
    language: match[1] ?? "",
    code: match[2] ?? "",
    place: `${name}:${text.slice(0, match.index).split("\n").length}`,
  }));
}

/** A program as Node runs it by itself, which is quicker than to have Node load a compiler for each. */
export function runnable(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
