/** A time as the wire has it: ISO 8601 in GMT, to the second. */
export function isoTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
