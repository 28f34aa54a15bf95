import { hash, timingSafeEqual } from "node:crypto";
import type { CodeVault } from "./vault.ts";
import type { SnaState } from "./verification.ts";

/** What the address of silent network authentication stands for. */
export interface SnaToken {
  accountSid: string;
  serviceSid: string;
  recipient: string;
  attemptSid: string;
  /** What the device gets when it opens the address, and the check must repeat; null when the start did not ask for it. */
  clientToken: string | null;
}

/**
 * Makes the token that an address carries. Opening the address proves something, so it cannot be guessed; it names what
 * it belongs to, so that nothing is stored to find it, and keeps the client token, which so is nowhere in clear.
 */
export function sealSnaToken({ sealText }: Pick<CodeVault, "sealText">, token: SnaToken): string {
  const { accountSid, serviceSid, recipient, attemptSid, clientToken } = token;
  return sealText(JSON.stringify([accountSid, serviceSid, recipient, attemptSid, clientToken]));
}

/** @returns nothing for what was made up or altered, or sealed under a secret that is gone. */
export function openSnaToken({ openText }: Pick<CodeVault, "openText">, text: string): SnaToken | undefined {
  try {
    const [accountSid, serviceSid, recipient, attemptSid, clientToken] = JSON.parse(openText(text));
    return { accountSid, serviceSid, recipient, attemptSid, clientToken };
  } catch {
    return undefined;
  }
}

/** Makes the comparison of a given client token with the one of an attempt, in constant time. */
export function clientTokenMatcher(vault: Pick<CodeVault, "openText">, given: string | undefined) {
  return ({ urlToken }: SnaState): boolean => {
    const expected = openSnaToken(vault, urlToken)?.clientToken;
    if (typeof expected !== "string" || given === undefined) return false;
    // Hashes are of one length, whatever was given.
    return timingSafeEqual(hash("sha256", given, "buffer"), hash("sha256", expected, "buffer"));
  };
}
