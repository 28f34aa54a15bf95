/**
 * A path as messages may repeat it: without the version, as the document's examples have it. Of what the caller wrote
 * only sids are repeated; anything else may be a secret or somebody's number, and the parameter's name stands for it.
 * @param template the operation's path.
 */
export function shownPath(path: string, template: string): string {
  const names = template.split("/");
  return shown(path, (_, index) => names[index] ?? unknown);
}

/** The same for a path that is no operation's: words that stand in none of the given paths are left out as well. */
export function createUnknownPathShower(templates: string[]): (path: string) => string {
  const words = new Set(["/", ...templates].flatMap((path) => path.split("/")).filter((word) => !word.includes("{")));
  return (path) => shown(path, (segment) => (words.has(segment) ? segment : unknown));
}

const unknown = "{unknown}";

function shown(path: string, nameOf: (segment: string, index: number) => string): string {
  const segments = path.split("/").map((segment, index) => (isSid.test(segment) ? segment : nameOf(segment, index)));
  return segments.join("/").replace(/^\/v\d+(?=\/)/, "");
}

const isSid = /^[A-Z]{2}[0-9a-fA-F]{32}$/;
