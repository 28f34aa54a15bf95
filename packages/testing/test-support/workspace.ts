import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package as npm wrote it down when it was installed. */
interface Entry {
  /** A folder of the workspace. */
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** What is installed in a workspace: the entry of each folder, such as `node_modules/vitest`. */
export type Installed = Record<string, Entry>;

/** Reads what is installed. Packages for other platforms, and the workspace's own, are left out. */
export function readInstalled(root: string): Installed {
  const lock = JSON.parse(readFileSync(join(root, "node_modules/.package-lock.json"), "utf8"));
  const entries = Object.entries(lock.packages as Installed);
  return Object.fromEntries(
    entries.filter(([path, { link }]) => path.includes("node_modules/") && !link && existsSync(join(root, path))),
  );
}

/**
 * Puts packages of the workspace's top level, with all that they need, into a project on the same disk. Their files are
 * linked: there are thousands, which take seconds to copy.
 */
export function linkPackages(root: string, installed: Installed, names: string[], project: string): void {
  for (const path of closure(installed, names)) linkFiles(join(root, path), join(project, path));
}

function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile()) linkSync(source, target);
    else if (entry.isDirectory() && entry.name !== "node_modules") linkFiles(source, target);
  }
}

function closure(installed: Installed, names: string[]): Set<string> {
  const paths = new Set<string>();
  const add = (from: string, name: string): void => {
    const path = resolve(installed, from, name);
    if (path === undefined || paths.has(path)) return;
    paths.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = installed[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) add(path, name);
    for (const name of Object.keys(peerDependencies ?? {})) {
      if (!peerDependenciesMeta?.[name]?.optional) add(path, name);
    }
  };
  for (const name of names) add("", name);
  return paths;
}

/** Where a package finds another: in its own folder, or in the nearest one above. */
function resolve(installed: Installed, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    const path = `${folder}${folder && "/"}node_modules/${name}`;
    if (path in installed) return path;
    if (folder === "") return undefined;
  }
}
