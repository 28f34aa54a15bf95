import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shortcuts } from "./preferences.ts";

/** What one key does on the screen that is shown. */
export interface Key {
  key: string;
  label: string;
  run: () => void;
}

/** The keys of the screen that is shown; the help dialog lists them. */
export const screenKeys = signal<Key[]>([]);

/** Gives a screen keys of its own while it is shown. */
export function useKeys(keys: Key[], causes: unknown[] = []): void {
  useEffect(() => {
    screenKeys.value = keys;
    return () => {
      screenKeys.value = [];
    };
  }, causes);
}

/** How long after `g` a letter still changes the screen. */
const prefixMs = 1500;
let prefixedAt = Number.NEGATIVE_INFINITY;

/**
 * Heeds single keys, unless they are switched off, belong to a field, or a dialog is open.
 * @param letters what `g` and a letter do.
 * @param common what a key does on every screen.
 */
export function heedKeys(letters: () => Map<string, () => void>, common: Map<string, () => void>): void {
  document.addEventListener("keydown", (event) => {
    if (shortcuts.value === "off" || event.defaultPrevented || isElsewhere(event)) return;
    const isPrefixed = event.timeStamp - prefixedAt < prefixMs;
    prefixedAt = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
    const run = isPrefixed
      ? letters().get(event.key)
      : (screenKeys.value.find(({ key }) => key === event.key)?.run ?? common.get(event.key));
    if (!run) return;
    event.preventDefault();
    run();
  });
}

function isElsewhere({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const isIn = (selector: string) => target instanceof Element && target.closest(selector) !== null;
  const isTyping = isIn("input, textarea, select, [contenteditable]");
  // Space presses the button that has the focus, and opens what can be opened.
  const isPressing = key === " " && isIn("button, summary");
  return ctrlKey || metaKey || altKey || isTyping || isPressing || document.querySelector("dialog[open]") !== null;
}

/** Moves the focus among what is marked as a row: cards, lines of a table, threads. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
