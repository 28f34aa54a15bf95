import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { isWorthless } from "./secrets.ts";

/** A key of Standard Webhooks: what follows `whsec_`, decoded. */
export type SigningKey = KeyObject;

/**
 * Reads a secret of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes.
 * @returns undefined for any other text.
 */
export function readSigningSecret(text: string): SigningKey | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const key = Buffer.from(encoded ?? "", "base64");
  return key.length >= 24 && key.length <= 64 ? createSecretKey(key) : undefined;
}

/** Secrets that everybody knows, by which a sandbox signs its posts and has receipts signed, and of the document's example. */
export const publicSecrets = {
  posts: `whsec_${btoa("the sandbox signs its posts")}`,
  receipts: `whsec_${btoa("the-sandbox-has-a-gateway")}`,
  example: `whsec_${btoa("the-sandbox-tells-anybody")}`,
} as const;

/**
 * Reads a secret that keeps strangers out of a production server.
 * @returns undefined for one that everybody knows, or could guess, as well
 */
export function readOwnSecret(text: string): SigningKey | undefined {
  if (Object.values<string>(publicSecrets).includes(text)) return undefined;
  const key = readSigningSecret(text);
  return key && isWorthless(key.export().toString("latin1")) ? undefined : key;
}

/**
 * The headers that Standard Webhooks asks for. While a key rotates, both sign, and the receiver takes either.
 * @param id names the message; a receiver that saw it has the message already.
 * @param now in milliseconds since 1970.
 */
export function signatureHeaders(
  keys: readonly SigningKey[],
  { id, now, body }: { id: string; now: number; body: string | Buffer },
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = keys.map((key) => `v1,${signatureOf(key, { id, timestamp, body })}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

const toleranceSeconds = 300;

/**
 * Whether one of the keys signed the body, five minutes ago at most. What was signed can be sent again in that time.
 * @param now in milliseconds since 1970.
 */
export function isSigned(
  keys: readonly SigningKey[],
  { headers, body, now }: { headers: Record<string, string | string[] | undefined>; body: Buffer; now: number },
): boolean {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string") return false;
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  // Some senders of several put a comma before the space, or in its place.
  const given = Array.from(signatures.matchAll(/(?:^|[ ,])v1,([^ ,]+)/g), ([, each = ""]) => Buffer.from(each));
  return keys.some((key) => {
    const right = Buffer.from(signatureOf(key, { id, timestamp, body }));
    return given.some((each) => each.length === right.length && timingSafeEqual(each, right));
  });
}

function signatureOf(
  key: SigningKey,
  { id, timestamp, body }: { id: string; timestamp: string; body: string | Buffer },
) {
  return createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
}
