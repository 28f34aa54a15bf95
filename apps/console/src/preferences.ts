import { effect, type Signal, signal } from "@preact/signals";

/** Which colours the page has: as the system says, or as chosen here. */
export const theme = kept("theme", "system", ["light", "dark"]);
/** Whether single keys do anything (WCAG 2.1.4). */
export const shortcuts = kept("shortcuts", "on", ["off"]);

/** Has the page wear the chosen colours. */
export function wearTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
}

/** A choice that this browser keeps, where it may keep anything. */
function kept(name: string, usual: string, others: string[]): Signal<string> {
  const key = `countersign.${name}`;
  const found = read(key);
  const choice = signal(found !== null && others.includes(found) ? found : usual);
  effect(() => {
    try {
      globalThis.localStorage?.setItem(key, choice.value);
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  });
  return choice;
}

function read(key: string): string | null {
  try {
    return globalThis.localStorage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}
