import { hash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * The hash under which an auth token or API key secret is stored. Such a secret is 128 random bits, which nobody can try
 * out, so a fast hash is enough; the salt keeps equal ones apart.
 */
export function hashSecret(secret: string, salt = randomBytes(16).toString("base64url")): string {
  return `${salt}.${hash("sha256", `${salt}.${secret}`, "base64url")}`;
}

/** Whether it is the secret of that hash, in constant time. */
export function isSecret(secret: string, secretHash: string): boolean {
  const [salt = ""] = secretHash.split(".", 1);
  const [given, stored] = [Buffer.from(hashSecret(secret, salt)), Buffer.from(secretHash)];
  return given.length === stored.length && timingSafeEqual(given, stored);
}
