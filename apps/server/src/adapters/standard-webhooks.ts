import { createHmac } from "node:crypto";

/** A key of Standard Webhooks: what follows `whsec_`, decoded. */
export type SigningKey = Buffer;

/**
 * Reads a secret of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes.
 * @returns undefined for any other text.
 */
export function readSigningSecret(text: string): SigningKey | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const key = Buffer.from(encoded ?? "", "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers that Standard Webhooks asks for. While a key rotates, both sign, and the receiver takes either.
 * @param id names the message; a receiver that saw it has the message already.
 * @param now in milliseconds since 1970.
 */
export function signatureHeaders(
  keys: readonly SigningKey[],
  { id, now, body }: { id: string; now: number; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`,
  );
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
