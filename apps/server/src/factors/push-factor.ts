import type { FactorOf } from "./factor-of.ts";

/** A phone, which has a key that never leaves it. */
export type PushFactor = FactorOf<"push", PushConfig, PushCredential>;

export interface PushConfig {
  /** `CR` and 32 hexadecimal digits: by which the device's tokens name its key. */
  credentialSid: string;
  sdkVersion: string;
  appId: string;
  /** Who brings it notifications; `none` where it looks for challenges by itself. */
  notificationPlatform: "fcm" | "apn" | "none";
}

export interface PushCredential {
  /** SPKI of a key on P-256, DER in Base64. */
  publicKey: string;
  /** By which its platform finds the device; null for none. */
  notificationToken: string | null;
  /** The token of which its platform said that it stands for no app any more; whoever sets another one leaves it out. */
  goneToken?: string;
}
