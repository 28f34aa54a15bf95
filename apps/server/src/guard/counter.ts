/**
 * Names what is counted of an account, and before that when the window began in which it is counted, so that counters
 * stand in the order of their windows.
 */
export type Counter = string;

/** How often it happened, and for a number prefix how often an approval followed. */
export interface Count {
  used: number;
  approved: number;
}

/** What a decision adds to a counter. */
export interface CountChange extends Count {
  counter: Counter;
  /** What `used` may come to; null without a limit. */
  max: number | null;
}

/** The longest window of a counter. */
export const windowSecondsMax = 86_400;

/**
 * When the window that holds at `now` began. Windows lie on a grid, so that whoever counts names the same row without
 * reading it, and adds to it in one statement.
 */
export function windowAt(now: number, seconds: number): number {
  return now - (now % (seconds * 1000));
}

export function counterOf(opensAt: number, name: string): Counter {
  return `${String(opensAt).padStart(13, "0")} ${name}`;
}

/** Counters that stand before it are over, for any use. */
export function firstCounterNeeded(now: number): Counter {
  return counterOf(now - 2 * windowSecondsMax * 1000, "");
}
