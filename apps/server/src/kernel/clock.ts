/** Milliseconds since 1970. The sandbox's clock can be moved. */
export type Clock = () => number;

/** A time as the wire has it: ISO 8601 in GMT, to the second. */
export function isoTime(at: number): string {
  const second = Math.floor(at / 1000);
  // Most times of an answer, and of those beside it, lie in one second.
  if (second !== latest.second) latest = { second, text: `${new Date(at).toISOString().slice(0, 19)}Z` };
  return latest.text;
}

let latest = { second: Number.NaN, text: "" };
