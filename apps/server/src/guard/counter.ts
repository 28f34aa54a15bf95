import ipaddr from "ipaddr.js";

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

/**
 * What a client's address is counted under: an IPv4 address whole, also where it is written as IPv6; of an IPv6 address
 * its /64, all of which one client can use.
 * @param address IPv4 or IPv6, as the document's formats let it through
 */
export function clientKey(address: string): string {
  const parsed = ipaddr.process(address.split("%")[0] ?? address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
