import { timingSafeEqual } from "node:crypto";

/** What lets an app enrol one device of a person, once. */
export interface AccessToken {
  serviceSid: string;
  /** `YK` and 32 hexadecimal digits. */
  sid: string;
  accountSid: string;
  /** Whose device it is, who may have no entity yet; empty once the secret that sealed it is gone. */
  identity: string;
  /** For the factor. */
  friendlyName: string | null;
  /** For how many seconds it can be used. */
  ttl: number;
  expiresAt: number;
  /** Null until a factor is made by it. */
  usedAt: number | null;
  createdAt: number;
}

/** How many are made for one identity. */
export const creations = { max: 10, ms: 60_000 };

/** How long nothing more is made for an identity, by when the latest were, the newest first; 0 where something is. */
export function creationWaitSeconds(latest: readonly number[], now: number): number {
  const first = latest[creations.max - 1];
  return first === undefined ? 0 : Math.max(1, Math.ceil((first + creations.ms - now) / 1000));
}

/** Makes a keyed hash, the same for the same text. */
type Hash = (text: string) => string;

/** The token itself, its SID with a keyed hash of that: it comes out the same whenever it is asked for, and is kept nowhere. */
export function tokenOf(sid: string, hash: Hash): string {
  // No identity and no recipient, which are hashed under the same key, has a line break.
  const proof = Buffer.from(hash(`access token\n${sid}`), "base64url");
  return Buffer.concat([Buffer.from(sid.slice(2), "hex"), proof]).toString("base64url");
}

/** The SID of a token, whosever it is; undefined for what is none. */
export function sidIn(token: string, hash: Hash): string | undefined {
  const sid = `YK${Buffer.from(token, "base64url").subarray(0, 16).toString("hex")}`;
  const [given, right] = [Buffer.from(token), Buffer.from(tokenOf(sid, hash))];
  return given.length === right.length && timingSafeEqual(given, right) ? sid : undefined;
}
