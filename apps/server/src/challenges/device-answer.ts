import { isDeepStrictEqual } from "node:util";
import { readJws } from "../factors/device-jws.ts";

/** What a device says to a challenge. */
export type DeviceAnswer = "approved" | "denied";

/**
 * Reads what a device signs to answer: what was shown, and its status. Platforms write JSON in different ways, so what is
 * signed is the text that came, and members are compared as they read.
 * @param publicKey SPKI in DER, in Base64
 * @param shown what must have been signed
 * @returns undefined for anything else
 */
export function answerOf(text: string, publicKey: string, shown: object): DeviceAnswer | undefined {
  const jws = readJws(text);
  if (!jws?.isSignedBy(publicKey)) return undefined;
  const { status, ...signed } = jws.payload;
  const isWhole = Object.entries(shown).every(([name, value]) => isDeepStrictEqual(signed[name], value));
  return isWhole && (status === "approved" || status === "denied") ? status : undefined;
}
