import { readFileSync } from "node:fs";
import MiniSearch from "minisearch";
import { type Entry, withWords } from "./entries.ts";
import { indexOptions } from "./find.ts";

/** The search for the browser, with its index inside, so that it works from files too. */
export function searchScript(entries: Entry[]): string {
  const program = readFileSync(new URL("../../dist/browser/search.js", import.meta.url), "utf8");
  const json = JSON.stringify(searchIndex(entries));
  return program.replace("SEARCH_INDEX", () => `'${json.replace(/[\\']/g, "\\$&")}'`);
}

export function searchIndex(entries: Entry[]): MiniSearch<Entry> {
  const index = new MiniSearch(indexOptions);
  index.addAll(withWords(entries));
  return index;
}
