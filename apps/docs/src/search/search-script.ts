import MiniSearch from "minisearch";
import { browserProgram } from "../browser-file.ts";
import { type Entry, withWords } from "./entries.ts";
import { indexOptions } from "./find.ts";

/** The search for the browser, with its index inside, so that it works from files too. */
export function searchScript(entries: Entry[]): string {
  const json = JSON.stringify(searchIndex(entries));
  return browserProgram("search.js").replace("SEARCH_INDEX", () => `'${json.replace(/[\\']/g, "\\$&")}'`);
}

export function searchIndex(entries: Entry[]): MiniSearch<Entry> {
  const index = new MiniSearch(indexOptions);
  index.addAll(withWords(entries));
  return index;
}
