import MiniSearch from "minisearch";
import type { Entry } from "./entries.ts";
import { type Found, find, indexOptions } from "./find.ts";

/** The index as JSON, which the build writes here. */
declare const SEARCH_INDEX: string;

const index = MiniSearch.loadJSON<Entry>(SEARCH_INDEX, indexOptions);
const field = document.getElementById("search") as HTMLInputElement;
const list = document.getElementById("found") as HTMLElement;
const told = document.getElementById("search-status") as HTMLElement;

field.addEventListener("input", look);
field.addEventListener("keydown", (event) => {
  const options = [...list.children] as HTMLAnchorElement[];
  const at = options.findIndex((option) => option.id === field.getAttribute("aria-activedescendant"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing) return;
  if (step !== undefined && options.length > 0) {
    event.preventDefault();
    // From nothing, down is the first and up the last.
    choose(options.at((Math.max(at, step > 0 ? -1 : 0) + step) % options.length));
  } else if (event.key === "Enter") (options[at] ?? options[0])?.click();
  else if (event.key === "Escape") close();
});
field.addEventListener("focus", look);
// Whoever leaves the field and its list has looked elsewhere.
document.addEventListener("focusin", ({ target }) => {
  if (!(target as Element).closest(".search")) close();
});
document.addEventListener("click", ({ target }) => {
  if (!(target as Element).closest(".search") || list.contains(target as Element)) close();
});
if (document.activeElement === field) look();

function look(): void {
  const query = field.value.trim();
  const results = query ? find(index, query) : [];
  list.replaceChildren(...results.map(optionOf));
  field.setAttribute("aria-expanded", String(results.length > 0));
  choose(undefined);
  const count = results.length === 1 ? "1 result" : `${results.length} results`;
  told.textContent =
    query && (results.length > 0 ? `${count}: arrows choose, Enter opens` : "Nothing has these words.");
}

function optionOf({ at, title, place }: Found, index: number): HTMLElement {
  const option = document.createElement("a");
  const under = document.createElement("span");
  under.textContent = place;
  option.append(title, under);
  const states = { role: "option", id: `found-${index}`, href: `${field.dataset.root}${at}`, tabindex: "-1" };
  for (const [name, value] of Object.entries(states)) option.setAttribute(name, value);
  return option;
}

function choose(chosen: HTMLElement | undefined): void {
  for (const option of list.children) option.setAttribute("aria-selected", String(option === chosen));
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function close(): void {
  list.replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  told.textContent = "";
}
