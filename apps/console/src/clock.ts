import { computed, signal } from "@preact/signals";

/** How far the sandbox's clock is ahead, in seconds. Ages and minutes left go by it. */
export const aheadSeconds = signal(0);
const tick = signal(Date.now());
globalThis.setInterval?.(() => {
  if (globalThis.document?.hidden === false) tick.value = Date.now();
}, 1000);

/** The time that the server goes by, in milliseconds; it moves on by itself. */
export const now = computed(() => tick.value + aheadSeconds.value * 1000);

/** `just now`, `3 min ago`, `in 2 h`. Anything longer than a week is told as a date. */
export function relative(date: number, from: number): string {
  const seconds = Math.round((from - date) / 1000);
  const size = Math.abs(seconds);
  if (size < 10) return "just now";
  if (size > 7 * 86_400) return new Date(date).toISOString().slice(0, 10);
  return seconds > 0 ? `${duration(size)} ago` : `in ${duration(size)}`;
}

/** `45 s`, `3 min`, `2 h`, `5 d`: the largest unit, not rounded up. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ];
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** `9:41`, as a clock that runs down shows it. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const parts = left >= 3600 ? [Math.floor(left / 3600), Math.floor(left / 60) % 60] : [Math.floor(left / 60)];
  return [...parts, left % 60].map((part, index) => (index === 0 ? part : String(part).padStart(2, "0"))).join(":");
}
