import { randomPart } from "./random.ts";

/**
 * A new sid: two letters and 32 hexadecimal digits, of which the first 12 are the time in milliseconds and the others
 * random. Sids of one moment stand side by side in an index, so that a commit writes few of its pages.
 */
export function newSid(prefix: string): string {
  return prefix + Date.now().toString(16).padStart(12, "0") + randomPart(10).toString("hex");
}
