import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A copy of the built server, which stays as it is when somebody builds again, and can be spoilt. */
export interface Program {
  /** What to run. */
  main: string;
  remove: () => void;
}

/** One change of the built text of one module. */
export interface Change {
  /** Below `src`. */
  module: string;
  /** Stands there just once. */
  from: string;
  to: string;
}

const server = fileURLToPath(new URL("../../apps/server", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

const pages = new Set(["console", "docs", "licences"]);

/** @throws Error when there is nothing built, or a text to change is not there just once. */
export function copyProgram(changes: readonly Change[] = []): Program {
  const folder = mkdtempSync(join(tmpdir(), "countersign-program-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "server");
    mkdirSync(join(copy, "dist"), { recursive: true });
    for (const name of readdirSync(join(server, "dist"))) {
      const [from, to] = [join(server, "dist", name), join(copy, "dist", name)];
      // Hundreds of files that no scenario reads, and nobody spoils.
      if (pages.has(name)) symlinkSync(from, to);
      else cpSync(from, to, { recursive: true });
    }
    cpSync(join(server, "package.json"), join(copy, "package.json"));
    // What the program imports is looked for beside it, then above it.
    symlinkSync(join(server, "node_modules"), join(copy, "node_modules"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const change of changes) apply(join(copy, "dist"), change);
    return { main: join(copy, "dist", "main.js"), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function apply(dist: string, { module, from, to }: Change): void {
  const begin = `//#region src/${module}\n`;
  const [name = "", text = ""] = [...filesOf(dist, "main.js")].find(([, text]) => text.includes(begin)) ?? [];
  const [before, after = ""] = text.split(begin);
  const end = after.indexOf("//#endregion");
  const parts = after.slice(0, end).split(asBuilt(from, text));
  if (parts.length !== 2) throw new Error(`What was built of ${module} has this text not just once:\n${from}`);
  writeFileSync(join(dist, name), before + begin + parts.join(asBuilt(to, text)) + after.slice(end));
}

/** A change as the file has it, in which a function of another file is called by the name of that file. */
function asBuilt(change: string, file: string): string {
  return change.replace(
    /(?<![.\w])\w+(?=\()/g,
    (name) => new RegExp(`\\brequire_\\w+\\.${name}\\b`).exec(file)?.[0] ?? name,
  );
}

const imports = /\brequire\("\.\/([\w.-]+\.js)"\)/g;

/** A file of the program and all that it imports, by name: beside them may lie what an earlier build left. */
function filesOf(dist: string, name: string, files = new Map<string, string>()): ReadonlyMap<string, string> {
  // A library's comments name files, too.
  if (files.has(name) || !existsSync(join(dist, name))) return files;
  const text = readFileSync(join(dist, name), "utf8");
  files.set(name, text);
  for (const [, loaded = ""] of text.matchAll(imports)) filesOf(dist, loaded, files);
  return files;
}
