import { computed, signal } from "@preact/signals";

/** Where the reader is: what stands behind `#` in the address, `#/verifications?status=pending`. */
export interface Place {
  path: string;
  query: Record<string, string>;
}

const hash = signal(globalThis.location?.hash ?? "");
globalThis.addEventListener?.("hashchange", () => {
  // Other fragments are places on the page, such as a skip link's.
  if (location.hash === "" || location.hash.startsWith("#/")) hash.value = location.hash;
});

/** The place, as a signal. */
export const place = computed<Place>(() => {
  const [path = "/", query = ""] = hash.value.slice(1).split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
});

/** The address of a place, for a link. What is empty or undefined is left out of the query. */
export function hrefTo(path: string, query: Record<string, string | undefined> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `#${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`;
}

/** Goes to a place, as a link would. */
export function go(path: string, query: Record<string, string | undefined> = {}): void {
  location.hash = hrefTo(path, query);
}

/** Changes the query of the place where the reader stays, as a filter does: nothing to go back to for each letter typed. */
export function changeQuery(changes: Record<string, string | undefined>): void {
  const { path, query } = place.value;
  history.replaceState(null, "", hrefTo(path, { ...query, ...changes }));
  hash.value = location.hash;
}

/** The parameters of a path by its pattern, `/verifications/:sid`; undefined when it is another. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const source = pattern.replace(/:(\w+)/g, (_, name: string) => {
    names.push(name);
    return "([^/]+)";
  });
  const found = new RegExp(`^${source}/?$`).exec(path);
  return found ? Object.fromEntries(names.map((name, index) => [name, decoded(found[index + 1] ?? "")])) : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
