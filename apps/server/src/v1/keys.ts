import { hash, randomBytes } from "node:crypto";

/** A new v1 key: 128 random bits as 32 hexadecimal digits. */
export function newKey(): string {
  return randomBytes(16).toString("hex");
}

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

/** A sid as v1 has ids: its digits in the shape of a UUID, without its letters. */
export function uuidOfSid(sid: string): string {
  return uuidShaped(sid.slice(2).toLowerCase());
}

/** The sid of such an id; undefined for what is none. */
export function sidOfUuid(letters: string, uuid: string): string | undefined {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) return undefined;
  return letters + uuid.replaceAll("-", "").toLowerCase();
}
