import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readText } from "../kernel/text-file.ts";
import { CommandError, onOneLine } from "./terminal.ts";

/** What of a package.json is asked for, once it is known to be an object. What a member is, whoever wrote it knows. */
export interface Manifest {
  /** The folder that it is in. */
  folder: string;
  isModule: boolean;
  /** The command of `npm test`; empty where there is none. */
  testScript: string;
  /** The names of what the package needs, to run or to be developed. */
  dependencies: ReadonlySet<string>;
  /** The name of the package manager that it asks for. */
  manager: string | undefined;
  hasWorkspaces: boolean;
}

/** Reads the package.json of a folder. @throws CommandError where there is none, or one that no package has */
export function readManifest(folder: string): Manifest {
  const file = join(folder, "package.json");
  if (!existsSync(file)) {
    throw new CommandError(
      'There is no package.json here. Go to the folder of one, or make one with "npm init --yes".',
    );
  }
  try {
    const read = readText(file);
    if ("why" in read) throw new Error(read.why);
    // npm takes a byte order mark as well.
    const content: unknown = JSON.parse(read.text.replace(/^\ufeff/, ""));
    if (!isObject(content)) throw new Error("it is no object");
    return manifestOf(folder, content);
  } catch (error) {
    throw new CommandError(`package.json cannot be read: ${onOneLine((error as Error).message)}`);
  }
}

function manifestOf(folder: string, content: Record<string, unknown>): Manifest {
  const { type, scripts, packageManager, workspaces, dependencies, devDependencies } = content;
  const testScript = isObject(scripts) ? scripts.test : undefined;
  return {
    folder,
    isModule: type === "module",
    testScript: typeof testScript === "string" ? testScript : "",
    dependencies: new Set([dependencies, devDependencies].filter(isObject).flatMap(Object.keys)),
    manager: typeof packageManager === "string" ? packageManager.replace(/@.*/s, "") : undefined,
    hasWorkspaces: workspaces instanceof Object || existsSync(join(folder, "pnpm-workspace.yaml")),
  };
}

/** The package whose workspaces a folder is below, if there is one. Others may have files above that are of no concern here. */
export function workspaceAbove(folder: string): Manifest | undefined {
  for (let above = dirname(folder), below = folder; above !== below; below = above, above = dirname(above)) {
    const manifest = manifestIn(above);
    if (manifest?.hasWorkspaces) return manifest;
  }
  return undefined;
}

function manifestIn(folder: string): Manifest | undefined {
  try {
    return readManifest(folder);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
