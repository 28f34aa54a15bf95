import type { FactorOf } from "./factor-of.ts";

/** A passkey. It has no credential until an authenticator has registered one. */
export type PasskeysFactor = FactorOf<"passkeys", PasskeysConfig, PasskeysCredential>;

/** To whom it belongs, and what is asked of the authenticator. */
export interface PasskeysConfig {
  relyingParty: { id: string; name: string; origins: string[] };
  authenticatorAttachment: "platform" | "cross-platform" | "any";
  discoverableCredentials: "required" | "preferred" | "discouraged";
  userVerification: "required" | "preferred" | "discouraged";
}

export interface PasskeysCredential {
  /** As the authenticator names it, in Base64 for URLs. */
  id: string;
  /** COSE, in Base64 for URLs. */
  publicKey: string;
  /** Of its signatures: one that does not grow was made by a copy. 0 where the authenticator does not count. */
  counter: number;
  transports: string[];
}
