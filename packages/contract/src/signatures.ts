import { createHmac } from "node:crypto";

/**
 * The signature of a Dashboard request in base64: HMAC-SHA-256 of `nonce|METHOD|url|parameters` under the application's
 * signing key. It shares no code with the server that checks it.
 * @param request its URL without the query, whose parameters are among the others.
 */
export function signDashboardRequest(
  request: { nonce: string; method: string; url: string; parameters: readonly (readonly [string, string])[] },
  signingKey: string,
): string {
  const { nonce, method, url, parameters } = request;
  const pairs = parameters.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  return hmac(signingKey, [nonce, method.toUpperCase(), url, pairs.join("&")].join("|"));
}

/** Nothing unescaped but letters, digits and `-._~`, as RFC 3986 has it; a space is a `+`. */
function escaped(text: string): string {
  const marks = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return marks.replaceAll("%20", "+");
}

/** The headers of Standard Webhooks, signed now. */
export function webhookHeaders(key: string, body: Buffer): Record<string, string> {
  const [id, timestamp] = ["msg_1", String(Math.floor(Date.now() / 1000))];
  const signature = hmac(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

function hmac(key: string, signed: string | Buffer): string {
  return createHmac("sha256", key).update(signed).digest("base64");
}
