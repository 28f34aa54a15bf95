import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A copy of the built server, which stays as it is when somebody builds again, and can be spoilt. */
export interface Program {
  /** What to run. */
  main: string;
  remove: () => void;
}

/** One change of the text of one built file. */
export interface Change {
  /** Below `dist`. */
  file: string;
  /** Stands there just once. */
  from: string;
  to: string;
}

const server = fileURLToPath(new URL("..", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** @throws Error when there is nothing built, or a text to change is not there just once. */
export function copyProgram(changes: readonly Change[] = []): Program {
  const folder = mkdtempSync(join(tmpdir(), "countersign-program-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "server");
    cpSync(join(server, "dist"), join(copy, "dist"), { recursive: true });
    cpSync(join(server, "package.json"), join(copy, "package.json"));
    // What the program imports is looked for beside it, then above it.
    symlinkSync(join(server, "node_modules"), join(copy, "node_modules"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const change of changes) apply(join(copy, "dist", change.file), change);
    return { main: join(copy, "dist", "main.js"), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function apply(path: string, { file, from, to }: Change): void {
  const text = readFileSync(path, "utf8");
  const found = text.split(from).length - 1;
  if (found !== 1) throw new Error(`dist/${file} has this text ${found} times, and not once:\n${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}
