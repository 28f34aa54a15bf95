import { createPublicKey, type KeyObject, verify } from "node:crypto";
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

/** How long the SPKI of a key on P-256 is whose point is written out. */
const spkiBytes = 91;

/** Whether a text is a public key of a device in its one notation, so that no key is another by how it is written. */
export function isPublicKey(text: string): boolean {
  const der = Buffer.from(text, "base64");
  if (der.length !== spkiBytes || der.toString("base64") !== text) return false;
  try {
    const key = keyOf(text);
    const isP256 = key.asymmetricKeyDetails?.namedCurve === "prime256v1";
    return isP256 && key.export({ format: "der", type: "spki" }).equals(der);
  } catch {
    return false;
  }
}

/** @param publicKey SPKI in DER, in Base64 */
export function keyOf(publicKey: string): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
}

/** Whether a device has signed the SID of its factor, which shows that it has the key. @param proof DER, in Base64 */
export function isProven({ sid, credential }: Pick<PushFactor, "sid" | "credential">, proof: string): boolean {
  return (
    credential !== null && verify("sha256", Buffer.from(sid), keyOf(credential.publicKey), Buffer.from(proof, "base64"))
  );
}
