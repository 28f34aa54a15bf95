import type MiniSearch from "minisearch";
import type { Options, SearchOptions } from "minisearch";
import type { Entry } from "./entries.ts";

/** What is shown of an entry that was found. */
export type Found = Pick<Entry, "at" | "title" | "place" | "kind">;

/** How entries are indexed, which the browser has to know as well. */
export const indexOptions: Options<Entry> = {
  idField: "at",
  fields: ["title", "words", "id", "place", "text"],
  storeFields: ["at", "kind", "title", "place"],
  tokenize: (text) => text.match(/[\p{L}\p{N}#+]+(?:[-'’][\p{L}\p{N}]+)*/gu)?.flatMap(withoutMarks) ?? [],
  processTerm: singular,
};

/** `re-send` is found by `resend` and by `send`, `log-in` by `login`. */
function withoutMarks(word: string): string[] {
  const parts = word.split(/[-'’]/);
  return parts.length > 1 ? [...parts, parts.join("")] : parts;
}

const searchOptions: SearchOptions = {
  // What is typed is found in every form that begins with it: `expired` finds `expires`.
  processTerm: (term) => [...new Set([singular(term), stemOf(singular(term))])],
  prefix: (term) => term.length > 1,
  fuzzy: (term) => (term.length > 3 && term.length < 25 && !/\d/.test(term) ? 0.2 : false),
  maxFuzzy: 2,
  boost: { title: 6, words: 9, id: 5, place: 1.5 },
  weights: { prefix: 0.5, fuzzy: 0.15 },
  boostDocument: (at, _, stored) => (isLegacy.test(at) ? 0.6 : 1) * weights[(stored as unknown as Found).kind],
};

/** What questions are made of, which is in every text. */
const passedOver = new Set("a an and are can do does how i in is it my of or the to what where why with".split(" "));

const weights: Record<Entry["kind"], number> = { guide: 1.4, section: 1, error: 0.9, operation: 0.7 };
/** Who says nothing means v2. */
const isLegacy = /\/v1(-\w+)?\//;

/** `Buckets` is found by `bucket`, and `wrong code` by `wrong codes`; `https` is not `http`. */
function singular(word: string): string {
  return word
    .toLowerCase()
    .replace(/(?<=..)ies$/, "y")
    .replace(/(?<=...)(?<!^http)s$/, "");
}

function stemOf(term: string): string {
  return /\d/.test(term) ? term : term.replace(/(?<=.{5})(?:ing|ed|e|y)$/, "");
}

/** What numbers to call are, of which there are more than a text can name: to test errors, of the other service, of fiction. */
const rowsOfNumbers: [row: RegExp, called: string][] = [
  [/\+?150055[26]\d{4}(?!\d)/g, "outcome number"],
  [/\+?1500555\d{4}(?!\d)/g, "magic number"],
  [/\+?1[2-9]\d{2}55501\d{2}(?!\d)/g, "fictional number"],
];

/** What is pasted may be a whole log: its beginning tells what it is about. */
const lengthMax = 200;

/**
 * The entries that answer best, the best first. What is called so comes before all others, also while it is being typed, and
 * so does an error whose number stands anywhere in the query.
 */
export function find(index: MiniSearch<Entry>, query: string, most = 8): Found[] {
  const typed = query.trim().slice(0, lengthMax).toLowerCase();
  const called = rowsOfNumbers.reduce((text, [row, name]) => text.replace(row, name), typed);
  const words = [...new Set(called.split(/\s+/))];
  const telling = words.filter((word) => !passedOver.has(word));
  const sought = (telling.length > 0 ? telling : words).join(" ");
  const results = index.search(sought, searchOptions) as unknown as Found[];
  const numbers = called.match(/(?<!\d)\d{5}(?!\d)/g) ?? [];
  const isCalled = ({ title }: Found) => {
    if (numbers.some((number) => title.startsWith(`${number} `))) return true;
    const name = title.replace(/^\d{5} /, "").toLowerCase();
    return called.includes(" ") ? name.startsWith(called) : name === called;
  };
  return [...results.filter(isCalled), ...results.filter((each) => !isCalled(each))].slice(0, most);
}
