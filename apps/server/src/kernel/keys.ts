import { hash } from "node:crypto";

/**
 * The hash under which a v1 key is stored and looked up. It has no salt, since the key alone names whose it is. Such a
 * key is 128 random bits, which nobody can try out, so a fast hash is enough.
 */
export function hashKey(key: string): string {
  return hash("sha256", key, "base64url");
}

/** 32 hexadecimal digits in the shape of a UUID. */
export function uuidShaped(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
