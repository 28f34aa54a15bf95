import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CommandError } from "./terminal.ts";

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

interface Manifest {
  type?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The package of each runner. */
const packages = { vitest: "vitest", jest: "jest", playwright: "@playwright/test", "node:test": undefined };

/** Who installs, by the file that it leaves, and how it runs what is installed. */
const managers = [
  { lock: "pnpm-lock.yaml", add: "pnpm add --save-dev", run: "pnpm exec" },
  { lock: "yarn.lock", add: "yarn add --dev", run: "yarn" },
  { lock: "bun.lock", add: "bun add --dev", run: "bunx" },
  { lock: "package-lock.json", add: "npm install --save-dev", run: "npx" },
];

/**
 * Reads what a folder's project is.
 * @param wanted the runner, if somebody has chosen one
 * @throws CommandError where there is no project
 */
export function readProject(root: string, wanted: Runner | undefined): Project {
  const { type, scripts = {}, ...manifest } = readManifest(root);
  const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };
  const present = runners.filter((name) => (packages[name] ?? "") in dependencies);
  // Of several the one that `npm test` runs.
  const usual = present.find((name) => scripts.test?.includes(name));
  const first = scripts.test?.includes(" --test") ? undefined : present[0];
  const runner = wanted ?? usual ?? first ?? "node:test";
  // In the folder itself, or in one above it, as Node looks.
  const folders = createRequire(join(root, "package.json")).resolve.paths("any") ?? [];
  const has = (name: string) => folders.some((folder) => existsSync(join(folder, name)));
  const isTyped = "typescript" in dependencies || existsSync(join(root, "tsconfig.json"));
  const missing = ["@countersign/testing", "@countersign/client", packages[runner] ?? []]
    .flat()
    .filter((name) => !has(name));
  const manager = managers.find(({ lock }) => existsSync(join(root, lock))) ?? managers[managers.length - 1];
  return {
    runner,
    others: present.filter((name) => name !== runner),
    isModule: type === "module",
    // Node 20 runs TypeScript by a loader alone.
    isTyped: isTyped && runner !== "jest" && (runner !== "node:test" || "tsx" in dependencies),
    folder: folderOfTests(root, runner),
    install: missing.length > 0 ? `${manager?.add} ${missing.join(" ")}` : undefined,
    run: (file) => commandOf(runner, file, manager?.run ?? "npx"),
  };
}

function readManifest(root: string): Manifest {
  const file = join(root, "package.json");
  if (!existsSync(file)) {
    throw new CommandError(
      'There is no package.json here. Go to the folder of one, or make one with "npm init --yes".',
    );
  }
  try {
    return { ...JSON.parse(readFileSync(file, "utf8")) };
  } catch (error) {
    throw new CommandError(`package.json cannot be read: ${(error as Error).message}`);
  }
}

function commandOf(runner: Runner, file: string, exec: string): string {
  switch (runner) {
    case "vitest":
      return `${exec} vitest run ${file}`;
    case "jest":
      // Our packages are ES modules, which Jest loads by Node's own interface alone.
      return `node --experimental-vm-modules node_modules/jest/bin/jest.js ${file}`;
    case "playwright":
      return `${exec} playwright test ${file}`;
    case "node:test":
      return `node ${/ts$/.test(file) ? "--import tsx " : ""}--test ${file}`;
  }
}

/** Playwright has a folder for its tests, which its configuration names; others look everywhere. */
function folderOfTests(root: string, runner: Runner): string {
  if (runner === "playwright") {
    const file = ["ts", "mts", "js", "mjs", "cjs"]
      .map((end) => join(root, `playwright.config.${end}`))
      .find(existsSync);
    const [, folder] = /testDir:\s*["'`]([^"'`]+)["'`]/.exec(file ? readFileSync(file, "utf8") : "") ?? [];
    if (folder !== undefined) return folder;
  }
  return (
    ["test", "tests"].find((folder) => statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) ?? "."
  );
}
