import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const main = join(folder, "dist", "main.js");

/**
 * The words that make Node run `countersign`: as it was built, unless a source has changed since. It is the same program,
 * but starts in half the time.
 */
export function wordsOfProgram(): string[] {
  return isBuilt() ? [main] : ["--import", "tsx", join(folder, "src", "main.ts")];
}

/** Whether what was built, and lies in `dist`, is what the sources say. */
export function isBuilt(): boolean {
  return changedAt(join(folder, "src")) < modifiedAt(main);
}

/** The last change of any file, or of what files there are. */
function changedAt(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => !path.endsWith(".test.ts"),
  );
  return Math.max(modifiedAt(folder), ...entries.map((path) => modifiedAt(join(folder, path))));
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
