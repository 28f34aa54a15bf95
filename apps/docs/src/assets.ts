import { createHash } from "node:crypto";

/**
 * The paths of assets by their names. Each has a hash of its text in it, by which a server knows that it never changes, and
 * a reader's browser that it is another one.
 */
export function hashedPaths(assets: Map<string, string>): Map<string, string> {
  const pathOf = ([name, text]: [string, string]): [string, string] => {
    const hash = createHash("sha256").update(text).digest("base64url").slice(0, 8);
    return [name, `assets/${name.replace(/(?=\.\w+$)/, `-${hash}`)}`];
  };
  return new Map([...assets].map(pathOf));
}
