import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { readText } from "../kernel/text-file.ts";
import { type Manifest, readManifest, workspaceAbove } from "./manifest.ts";

export const runners = ["vitest", "jest", "playwright", "node:test"] as const;
export type Runner = (typeof runners)[number];

/** What a test has to know of the project that it goes into. */
export interface Project {
  runner: Runner;
  /** Other runners that the project has. */
  others: Runner[];
  /** Whether its files are ES modules, and not CommonJS. */
  isModule: boolean;
  /** Whether its tests may be in TypeScript. */
  isTyped: boolean;
  /** Where its tests are, as it looks; "." for the project's own folder. */
  folder: string;
  /** The command that installs what is missing, if anything is. */
  install: string | undefined;
  /** The command that runs a file of tests. */
  run: (file: string) => string;
}

/** The package of each runner. */
const packages = { vitest: "vitest", jest: "jest", playwright: "@playwright/test", "node:test": undefined };

/** Who installs, by the files that it leaves, and how it runs what is installed. */
const managers = [
  { name: "pnpm", locks: ["pnpm-lock.yaml"], add: "pnpm add --save-dev", run: "pnpm exec" },
  { name: "yarn", locks: ["yarn.lock"], add: "yarn add --dev", run: "yarn" },
  { name: "bun", locks: ["bun.lock", "bun.lockb"], add: "bun add --dev", run: "bunx" },
  { name: "npm", locks: ["package-lock.json", "npm-shrinkwrap.json"], add: "npm install --save-dev", run: "npx" },
] as const;

/**
 * Reads what a folder's project is. In a workspace it has what the whole has, too.
 * @param wanted the runner, if somebody has chosen one
 * @throws CommandError where there is no project
 */
export function readProject(root: string, wanted: Runner | undefined): Project {
  const own = readManifest(root);
  const layers = [own, workspaceAbove(root)].filter((manifest) => manifest !== undefined);
  const dependencies = new Set(layers.flatMap((layer) => [...layer.dependencies]));
  const present = runnersIn(dependencies);
  const runner = wanted ?? layers.map((layer) => runnerOf(layer, present)).find(Boolean) ?? "node:test";
  const modules = modulesAbove(root);
  const folderOf = (name: string) => modules.find((folder) => existsSync(join(folder, name)));
  const isTyped =
    dependencies.has("typescript") || layers.some(({ folder }) => existsSync(join(folder, "tsconfig.json")));
  const missing = ["@countersign/testing", "@countersign/client", packages[runner] ?? []]
    .flat()
    .filter((name) => folderOf(name) === undefined);
  const manager = managerOf(layers);
  // pnpm adds to the whole of a workspace only when it is told to.
  const add =
    manager.name === "pnpm" && existsSync(join(root, "pnpm-workspace.yaml"))
      ? `${manager.add} --workspace-root`
      : manager.add;
  return {
    runner,
    others: present.filter((name) => name !== runner),
    isModule: own.isModule,
    // Node 20 runs TypeScript by a loader alone.
    isTyped: isTyped && runner !== "jest" && (runner !== "node:test" || dependencies.has("tsx")),
    folder: folderOfTests(root, runner),
    install: missing.length > 0 ? `${add} ${missing.join(" ")}` : undefined,
    run: (file) => {
      const word = shellWord(file);
      switch (runner) {
        case "vitest":
          return `${manager.run} vitest run ${word}`;
        case "jest": {
          // Installed there, or where it is going to be: pnpm alone puts nothing above the package that asks for it.
          const whole = layers.findLast((layer) => manager.name !== "pnpm" || layer.dependencies.has("jest")) ?? own;
          const jest = join(folderOf("jest") ?? join(whole.folder, "node_modules"), "jest/bin/jest.js");
          // Our packages are ES modules, which Jest loads by Node's own interface alone. A path it would take for a pattern.
          return `node --experimental-vm-modules ${shellWord(relative(root, jest))} --runTestsByPath ${word}`;
        }
        case "playwright":
          return `${manager.run} playwright test ${word}`;
        case "node:test":
          return `node ${/ts$/.test(file) ? "--import tsx " : ""}--test ${word}`;
      }
    },
  };
}

function runnersIn(dependencies: ReadonlySet<string>): Runner[] {
  return runners.filter((name) => dependencies.has(packages[name] ?? ""));
}

/** Of several the one that `npm test` runs, else the first that the package itself asks for. */
function runnerOf({ testScript, dependencies }: Manifest, present: Runner[]): Runner | undefined {
  const usual = present.find((name) => new RegExp(`(?<![\\w@.-])${name}(?![\\w.-])`).test(testScript));
  const first = /(?<!\S)--test(?!\S)/.test(testScript) ? "node:test" : runnersIn(dependencies)[0];
  return usual ?? first;
}

/** The one that a package.json names, else the one whose lock file there is; that of the whole goes for its parts. */
function managerOf(layers: Manifest[]): (typeof managers)[number] {
  for (const { folder, manager } of layers.toReversed()) {
    const found = managers.find(({ name, locks }) =>
      manager === undefined ? locks.some((lock) => existsSync(join(folder, lock))) : name === manager,
    );
    if (found !== undefined) return found;
  }
  return managers[3];
}

/** Where Node looks for packages: in the folder itself, and in those above it. */
function modulesAbove(root: string): string[] {
  return createRequire(join(root, "package.json")).resolve.paths("any") ?? [];
}

/** Playwright has a folder for its tests, which its configuration names; others look everywhere. */
function folderOfTests(root: string, runner: Runner): string {
  if (runner === "playwright") {
    const file = ["ts", "mts", "js", "mjs", "cjs"]
      .map((end) => join(root, `playwright.config.${end}`))
      .find(existsSync);
    const config = readText(file ?? "");
    const [, folder] =
      "text" in config ? (/testDir:\s*["'`]([^"'`]+)["'`]/.exec(withoutComments(config.text)) ?? []) : [];
    if (folder !== undefined) return folder;
  }
  return (
    ["test", "tests"].find((folder) => statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) ?? "."
  );
}

/** A program without its comments. What looks like one in a text, as a slash and a star of a pattern do, is none. */
function withoutComments(program: string): string {
  const textOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*.*?\*\/|\/\/[^\n]*/gs;
  return program.replace(textOrComment, (_, text?: string) => text ?? "");
}

/** A path as one word of a shell: in double quotes, which all shells know, unless it has what they read in those, too. */
function shellWord(path: string): string {
  // What begins with a dash would be read as an option.
  const word = path.replace(/^-/, "./-");
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}
