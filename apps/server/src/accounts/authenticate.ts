import { isUtf8 } from "node:buffer";
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Authenticator } from "../http/v2-operation.ts";
import { everyScope } from "../kernel/handler.ts";
import type { AccountStore } from "./store.ts";

/** Authenticates by a sid and its secret. @param accountOf tells whose they are */
export function byAccount(accountOf: (sid: string, secret: string) => Promise<string | undefined>): Authenticator {
  return async ({ authorization }) => {
    const { sid, secret } = credentialsOf(authorization) ?? {};
    const accountSid = sid && secret ? await accountOf(sid, secret) : undefined;
    return sid && accountSid ? { kind: "account", accountSid, actor: sid, scopes: everyScope } : undefined;
  };
}

const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
/** RFC 7617 allows no control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const sidAndSecret = /^([A-Z]{2}[0-9a-fA-F]{32}):([^\0-\x1f\x7f]+)$/;

/** @returns undefined when the header is missing, or cannot be anybody's. */
function credentialsOf(header: string | undefined): { sid: string; secret: string } | undefined {
  const encoded = header === undefined ? undefined : basic.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const [, sid, secret] = (isUtf8(bytes) && sidAndSecret.exec(bytes.toString())) || [];
  return sid && secret ? { sid, secret } : undefined;
}

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
