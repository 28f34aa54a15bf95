import { isUtf8 } from "node:buffer";
import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Authenticator } from "../http/v2-operation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Principal } from "../kernel/handler.ts";
import { allowedBy, everyScope, usualScopes } from "../kernel/scope.ts";
import { type AccountStore, type Credential, useSeconds } from "./store.ts";

/** Authenticates by a sid and its secret. @param principalOf tells whose they are */
export function byAccount(principalOf: (sid: string, secret: string) => ReturnType<Authenticator>): Authenticator {
  return ({ authorization }) => {
    const { user, password } = basicIn(authorization) ?? {};
    return user && password && isSid.test(user) ? principalOf(user, password) : undefined;
  };
}

const basic = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
/** RFC 7617 allows no control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const userAndPassword = /^([^:\0-\x1f\x7f]+):([^\0-\x1f\x7f]+)$/;
/** What may be asked of a database, as not every text may. */
export const isSid = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

/** The two parts of basic authentication; undefined when the header is missing, or cannot be anybody's. */
export function basicIn(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = header === undefined ? undefined : basic.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const [, user, password] = (isUtf8(bytes) && userAndPassword.exec(bytes.toString())) || [];
  return user && password ? { user, password } : undefined;
}

const keptMs = 1_000;
const keptMax = 1_000;

/** What a secret is compared with, and whom it authenticates. */
interface Known {
  salt: string;
  hash: Buffer;
  previousHash: Buffer;
  /** When the secret before, and when either, works no longer. */
  overlapEndsAt: number;
  expiresAt: number;
  credential: Credential;
  principal: Principal;
  isNoted: boolean;
}

/**
 * Makes the function that tells whose a sid and secret are. What the store says of a sid is believed for a second, so
 * that a busy account costs it one look a second; a rotated or revoked secret stops working that much later.
 * @param clock the store's, by which keys end
 * @param now any clock that nobody moves
 */
export function createAuthenticator(
  accounts: Pick<AccountStore, "credential" | "used">,
  clock: Clock,
  now: () => number = Date.now,
) {
  const kept = new Map<string, { known: Known | undefined | Promise<Known | undefined>; until: number }>();
  return (sid: string, secret: string): ReturnType<Authenticator> => {
    const known = look(sid);
    return known instanceof Promise ? known.then((read) => prove(read, secret)) : prove(known, secret);
  };

  function prove(known: Known | undefined, secret: string): Principal | undefined {
    const at = clock();
    if (!isSecret(secret, known ?? nobody, at) || !known) return undefined;
    if (!known.isNoted) noteUse(known, at);
    return known.principal;
  }

  function look(sid: string): Known | undefined | Promise<Known | undefined> {
    const before = kept.get(sid);
    if (before && now() < before.until) return before.known;
    const entry = { known: accounts.credential(sid).then(knownOrNone), until: now() + keptMs };
    if (kept.size >= keptMax) kept.clear();
    kept.set(sid, entry);
    entry.known.then(
      (known) => Object.assign(entry, { known }),
      // A store that was gone for a moment must not keep an account out for longer.
      () => kept.delete(sid),
    );
    return entry.known;
  }

  /** No request waits for it. What cannot be written now is written after the next look. */
  function noteUse(known: Known, at: number): void {
    const { credential } = known;
    if (credential.lastUsedAt !== null && Math.abs(at - credential.lastUsedAt) < useSeconds * 1000) return;
    known.isNoted = true;
    accounts.used(credential, at).catch(() => {});
  }
}

function knownOrNone(credential: Credential | undefined): Known | undefined {
  return credential && knownOf(credential);
}

function knownOf(credential: Credential): Known {
  const { secretHash, previousHash, overlapEndsAt, expiresAt } = credential;
  const [salt = "", hash = ""] = secretHash.split(".");
  return {
    salt,
    hash: Buffer.from(hash),
    previousHash: Buffer.from((previousHash ?? secretHash).split(".")[1] ?? ""),
    overlapEndsAt: overlapEndsAt ?? Number.NEGATIVE_INFINITY,
    expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    credential,
    principal: principalOf(credential),
    isNoted: false,
  };
}

/** In whose name whoever has its secret is. */
export function principalOf({ accountSid, sid, scopes }: Credential): Principal {
  return { kind: "account", accountSid, actor: sid, scopes: sid === accountSid ? everyScope : allowedBy(scopes) };
}

/** The hash of its secret, or of the one before, that this is; without a credential it takes as long to find none. */
export function matchingHash(credential: Credential | undefined, secret: string, at: number): string | undefined {
  const known = credential ? knownOf(credential) : nobody;
  return isSecret(secret, known, at) && credential ? hashSecret(secret, known.salt) : undefined;
}

/** A credential as it is made, with a secret that is shown this once. */
export function newCredential(
  { accountSid, sid, secret, createdAt }: Pick<Credential, "accountSid" | "sid" | "createdAt"> & { secret: string },
  more: Partial<Pick<Credential, "friendlyName" | "scopes" | "expiresAt">> = {},
): Credential {
  const unused = { previousHash: null, overlapEndsAt: null, rotatedAt: null, expiresAt: null, lastUsedAt: null };
  const named = { friendlyName: null, scopes: usualScopes, ...more };
  return { accountSid, sid, secretHash: hashSecret(secret), createdAt, ...unused, ...named };
}

/**
 * The hash under which an auth token or API key secret is stored. Such a secret is 128 random bits, which nobody can try
 * out, so a fast hash is enough; the salt keeps equal ones apart.
 */
export function hashSecret(secret: string, salt = randomBytes(16).toString("base64url")): string {
  return `${salt}.${digest(salt, secret)}`;
}

/** The hash of a secret that takes the place of another: both have one salt, so that either costs one hash to compare. */
export function hashAfter(secret: string): (before: string) => string {
  return (before) => hashSecret(secret, before.split(".")[0]);
}

function digest(salt: string, secret: string): string {
  return hash("sha256", `${salt}.${secret}`, "base64url");
}

/** Whether it is the secret of the hash or, while both work, of the one before; in a time that tells neither. */
function isSecret(secret: string, { salt, hash, previousHash, overlapEndsAt, expiresAt }: Known, at: number): boolean {
  const given = Buffer.from(digest(salt, secret));
  const isLatest = isSame(given, hash);
  const isPrevious = isSame(given, previousHash);
  return (isLatest || (isPrevious && at < overlapEndsAt)) && at < expiresAt;
}

function isSame(given: Buffer, stored: Buffer): boolean {
  return given.length === stored.length && timingSafeEqual(given, stored);
}

/** Compared with when the sid is unknown, so that a wrong account takes as long as a wrong token. */
const nobody = knownOf(newCredential({ accountSid: "", sid: "", secret: "nobody", createdAt: 0 }));
