import { createPublicKey, verify } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

/** What a device says to a challenge. */
export type DeviceAnswer = "approved" | "denied";

/**
 * Reads the compact JWS (RFC 7515) by which a device answers: ES256 by its key over what was shown, and its status.
 * Platforms write JSON in different ways, so what is signed is the text that came, and members are compared as they read.
 * @param publicKey SPKI in DER, in Base64
 * @param shown what must have been signed
 * @returns undefined for anything else
 */
export function answerOf(jws: string, publicKey: string, shown: object): DeviceAnswer | undefined {
  const [header = "", payload = "", signature = "", ...more] = jws.split(".");
  if (more.length > 0 || (membersOf(header) as { alg?: unknown }).alg !== "ES256") return undefined;
  if (!isSignature(`${header}.${payload}`, signature, publicKey)) return undefined;
  const { status, ...signed } = membersOf(payload) as Record<string, unknown>;
  const isWhole = Object.entries(shown).every(([name, value]) => isDeepStrictEqual(signed[name], value));
  return isWhole && (status === "approved" || status === "denied") ? status : undefined;
}

function membersOf(part: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Some devices leave out a zero with which one of the two numbers begins, and do not tell of which. */
function isSignature(text: string, signature: string, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  const bytes = Buffer.from(signature, "base64url");
  const zero = Buffer.alloc(1);
  const readings =
    bytes.length === 63
      ? [Buffer.concat([zero, bytes]), Buffer.concat([bytes.subarray(0, 32), zero, bytes.subarray(32)])]
      : [bytes];
  return readings.some((each) => verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, each));
}
