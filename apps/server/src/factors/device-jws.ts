import { verify } from "node:crypto";
import { keyOf } from "./push-factor.ts";

/** What a device has signed. */
interface DeviceJws {
  header: Readonly<Record<string, unknown>>;
  payload: Readonly<Record<string, unknown>>;
  /** @param publicKey SPKI in DER, in Base64 */
  isSignedBy(publicKey: string): boolean;
}

/** Reads a compact JWS (RFC 7515) by ES256, as devices write them. Undefined for what is none; its signature is not looked at. */
export function readJws(text: string): DeviceJws | undefined {
  const [head = "", body = "", signature = "", ...more] = text.split(".");
  const [header, payload] = [membersOf(head), membersOf(body)];
  if (more.length > 0 || header?.alg !== "ES256" || !payload) return undefined;
  return { header, payload, isSignedBy: (publicKey) => isSignature(`${head}.${body}`, signature, publicKey) };
}

function membersOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Some devices leave out a zero with which one of the two numbers begins, and do not tell of which. */
function isSignature(text: string, signature: string, publicKey: string): boolean {
  const key = keyOf(publicKey);
  const bytes = Buffer.from(signature, "base64url");
  const zero = Buffer.alloc(1);
  const readings =
    bytes.length === 63
      ? [Buffer.concat([zero, bytes]), Buffer.concat([bytes.subarray(0, 32), zero, bytes.subarray(32)])]
      : [bytes];
  return readings.some((each) => verify("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }, each));
}
