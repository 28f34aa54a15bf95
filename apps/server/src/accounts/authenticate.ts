import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountStore } from "./account.ts";

/** Hashed when the sid is unknown, so that a wrong account takes as long as a wrong token. */
const nobody = hashSecret("nobody");
const keptMs = 1_000;
const keptMax = 1_000;

/**
 * Makes the function that tells whose a sid and secret are. What the store says of a sid is believed for a second, so
 * that a busy account costs it one look a second; a rotated token stops working that much later.
 */
export function createAuthenticator(accounts: Pick<AccountStore, "credential">, now: () => number = Date.now) {
  const known = new Map<string, { credential: ReturnType<AccountStore["credential"]>; until: number }>();
  return async (sid: string, secret: string): Promise<string | undefined> => {
    const credential = await look(sid);
    const isRight = isSecret(secret, credential?.secretHash ?? nobody);
    return isRight ? credential?.accountSid : undefined;
  };

  function look(sid: string): ReturnType<AccountStore["credential"]> {
    const kept = known.get(sid);
    if (kept && now() < kept.until) return kept.credential;
    const credential = accounts.credential(sid);
    if (known.size >= keptMax) known.clear();
    known.set(sid, { credential, until: now() + keptMs });
    // A store that was gone for a moment must not keep an account out for longer.
    credential.catch(() => known.delete(sid));
    return credential;
  }
}

/**
 * The hash under which an auth token or API key secret is stored. Such a secret is 128 random bits, which nobody can try
 * out, so a fast hash is enough; the salt keeps equal ones apart.
 */
export function hashSecret(secret: string, salt = randomBytes(16).toString("base64url")): string {
  return `${salt}.${hash("sha256", `${salt}.${secret}`, "base64url")}`;
}

/** Whether it is the secret of that hash, in constant time. */
function isSecret(secret: string, secretHash: string): boolean {
  const [salt = ""] = secretHash.split(".", 1);
  const [given, stored] = [Buffer.from(hashSecret(secret, salt)), Buffer.from(secretHash)];
  return given.length === stored.length && timingSafeEqual(given, stored);
}
