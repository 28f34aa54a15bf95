import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import ts from "typescript";
import { publishedPackages } from "./published.ts";
import { snippetsIn } from "./snippets.ts";

/** A text that people read. */
export interface Prose {
  /** As `apps/server/README.md`. */
  place: string;
  text: string;
}

/** Something in it that is written as code. */
export interface Code {
  text: string;
  /** Whether it stands within a sentence, where half of a command may do. */
  isSpan: boolean;
}

export const root = new URL("../", import.meta.url);
const passedOver = new Set(["node_modules", "dist", ".git", ".turbo", "CHANGELOG.md"]);
/** What they run, and what their comments tell, is looked at as well. */
const withComments = /^apps\/server\/deploy\/(compose\.yaml|Dockerfile|role\.sh)$|^\.github\/workflows\//;

/**
 * Every Markdown file of the repository, changesets among them, what else tells in comments how it is used, and what the
 * document tells of its operations and schemas.
 */
export const everyProse: readonly Prose[] = [
  ...placesIn("")
    .filter((place) => place.endsWith(".md") || withComments.test(place))
    .map((place) => ({ place, text: readFileSync(new URL(place, root), "utf8") })),
  {
    place: "spec/openapi.md",
    text: descriptionsIn([document.paths, document.webhooks, document.components]).join("\n\n"),
  },
];

function descriptionsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "description" && typeof member === "string" ? [member] : descriptionsIn(member),
  );
}

function placesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) => {
    if (passedOver.has(entry.name) || entry.isSymbolicLink() || /^\.(snippets|migrating)-/.test(entry.name)) return [];
    return entry.isDirectory() ? placesIn(`${folder}${entry.name}/`) : [folder + entry.name];
  });
}

/** What is written as code: the lines of blocks, and what stands between backticks. */
export function codeIn({ place, text }: Prose): Code[] {
  if (place.startsWith(".github/workflows/"))
    return [...text.matchAll(/^ *(?:- )?(?:run|publish|version): (.+)$/gm)].flatMap(([, line = ""]) => linesOf(line));
  if (!place.endsWith(".md")) return linesOf(text.replaceAll(/^ *#? *(RUN )?/gm, ""));
  const blocks = snippetsIn(text, place).filter(({ language }) => ["sh", "bash"].includes(language));
  const spans = text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g);
  return [
    ...blocks.flatMap(({ code }) => linesOf(code)),
    ...[...spans].map(([, span = ""]) => ({ text: span, isSpan: true })),
  ];
}

function linesOf(code: string): Code[] {
  const lines = code.replaceAll("\\\n", " ").split("\n");
  return lines.map((line) => ({ text: line.replace(/(^|\s)#\s.*$/, "").trim(), isSpan: false }));
}

/** Stands for what the reader puts in. */
export const placeholder = "PLACEHOLDER";

/** One command, in its words. */
export interface CommandWords extends Code {
  words: string[];
}

/** The commands that a text names whose program is one of these. */
export function commandsIn(prose: Prose, programs: RegExp): CommandWords[] {
  return codeIn(prose)
    .flatMap(({ text, isSpan }) =>
      text
        .replaceAll(/<[^<>]+>/g, placeholder)
        .split(/ (?:&&|\|\||\||;|&) /)
        .map((each) => ({ text: each, isSpan })),
    )
    .map((code) => ({ ...code, words: wordsOf(code.text) }))
    .filter(({ words }) => programs.test(words[0] ?? ""));
}

/** As a shell divides them, without what is set before, and what is written elsewhere. */
function wordsOf(text: string): string[] {
  const words = (text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
  const end = words.findIndex((word) => /^\d?>/.test(word));
  return (end < 0 ? words : words.slice(0, end)).slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word)));
}

/** Packages that a clone has and the registry does not, where a text tells of a clone. */
export const ofCloneAlone = new Set(["@countersign/mock"]);

/** What a text has a reader install, run or import from elsewhere: the names as they are written, `@countersign/client/operations` too. */
export function packagesIn(prose: Prose): string[] {
  const ran = commandsIn(prose, /^npx$/).flatMap(
    ({ words }) => words.slice(1).find((word) => !word.startsWith("-")) ?? [],
  );
  const named = codeIn(prose).flatMap(({ text }) => (/^@[a-z-]+\/[\w./-]+$/.test(text) ? text : []));
  return [...new Set([...installedIn(prose), ...ran, ...importedIn(prose), ...named])];
}

/** What it says to install. */
export function installedIn(prose: Prose): string[] {
  return commandsIn(prose, /^(npm|pnpm|yarn|bun)$/).flatMap(({ words: [, verb = "", ...names] }) =>
    /^(install|i|add)$/.test(verb) ? names.filter((name) => /^@?[a-z]/.test(name)) : [],
  );
}

/** What its programs import that is neither theirs nor Node's. */
export function importedIn({ place, text }: Prose): string[] {
  const programs = snippetsIn(text, place).filter(({ language }) => /^[jt]sx?$/.test(language));
  const imports = programs.flatMap(({ code }) => ts.preProcessFile(code, true, true).importedFiles);
  return imports.map(({ fileName }) => fileName).filter((name) => !/^[./]/.test(name) && !isBuiltin(name));
}

/** The package of what is imported. */
export function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/@]+/.exec(specifier)?.[0] ?? specifier;
}

/** Whether the repository publishes it or has it from the registry, and has there what is imported from it. */
export function isKnownPackage(specifier: string): boolean {
  const name = packageOf(specifier);
  const ours = publishedPackages.find((each) => each.name === name);
  if (!ours) return isInstalled(name);
  const { exports } = JSON.parse(readFileSync(new URL(`${ours.folder}/package.json`, root), "utf8"));
  return `.${specifier.slice(name.length)}` in exports;
}

const lock = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8")) as {
  packages: Record<string, { link?: boolean; bin?: Record<string, string> }>;
};

function isInstalled(name: string): boolean {
  const entry = Object.entries(lock.packages).find(([path]) => path.endsWith(`node_modules/${name}`))?.[1];
  return entry !== undefined && entry.link !== true;
}

/** Whether some package here has a command of that name. */
export function isCommand(name: string): boolean {
  return Object.values(lock.packages).some(({ bin }) => bin !== undefined && name in bin);
}

/** Whether a path leads to something, from the root or from one of these folders. */
export function leadsSomewhere(path: string, folders: readonly string[]): boolean {
  return ["", ...folders].some((folder) => existsSync(new URL(path, new URL(folder, root))));
}
