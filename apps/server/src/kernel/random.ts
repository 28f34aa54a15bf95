import { randomBytes } from "node:crypto";

/**
 * A new sid: two letters and 32 hexadecimal digits, of which the first 12 are the time in milliseconds and the others
 * random. Sids of one moment stand side by side in an index, so that a commit writes few of its pages.
 */
export function newSid(prefix: string, now = Date.now()): string {
  return prefix + now.toString(16).padStart(12, "0") + randomPart(10).toString("hex");
}

/** A new sid that nobody can foresee: all of it is random, so that it may serve as a challenge (WebAuthn, section 13.4.3). */
export function unforeseeableSid(prefix: string): string {
  return prefix + randomPart(16).toString("hex");
}

const poolBytes = 4096;
let pool = randomBytes(0);
let used = 0;

/** From 0 to 1, without 1: for what must not happen at the same time everywhere. */
export function randomFraction(): number {
  return randomPart(4).readUInt32BE() / 2 ** 32;
}

/** Random bytes, made for many callers at once: asking the generator costs more than what it answers. */
export function randomPart(length: number): Buffer {
  if (used + length > pool.length) {
    // Never written again, since parts of it are still in use.
    pool = randomBytes(poolBytes);
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
