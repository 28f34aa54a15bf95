import { readFileSync } from "node:fs";

/** The text of a file that goes into a page as it is. */
export function browserFile(name: string): string {
  return readFileSync(new URL(`browser/${name}`, import.meta.url), "utf8").trim();
}

/** The text of a program for browsers that is built before the site. */
export function browserProgram(name: string): string {
  return readFileSync(new URL(`../dist/browser/${name}`, import.meta.url), "utf8");
}
