import type { KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { codeOf, isPassing, type Push, type Pushed, type PushProvider } from "../push.ts";
import { type Answer, createHttp2Client, type Http2Options } from "./http2-client.ts";

/** A service account of Google's, as its file has it. */
export interface FcmCredential {
  platform: "fcm";
  /** `CR` and 32 hexadecimal digits. */
  sid: string;
  origin: string;
  projectId: string;
  clientEmail: string;
  keyId: string | undefined;
  key: KeyObject;
  tokenUri: string;
}

const scope = "https://www.googleapis.com/auth/firebase.messaging";

/** Firebase Cloud Messaging, by its HTTP v1 API. */
export function openFcm(
  credential: FcmCredential,
  { clock = Date.now, ...options }: Http2Options & { clock?: () => number } = {},
): PushProvider {
  const messages = createHttp2Client(credential.origin, options);
  const tokens = createTokens(credential, clock, options);
  const path = `/v1/projects/${encodeURIComponent(credential.projectId)}/messages:send`;
  return {
    name: `fcm ${credential.projectId}`,
    async deliver(push) {
      const token = await tokens.get();
      if ("error" in token) return { status: "retry", errorCode: token.error };
      const headers = { ":path": path, authorization: `Bearer ${token.value}`, "content-type": "application/json" };
      const exchange = await messages.post(headers, JSON.stringify(fcmMessage(push)));
      if ("reason" in exchange) return { status: "retry", errorCode: exchange.reason };
      const result = resultOf(exchange.answer);
      // A key that Firebase lacks for Apple is no fault of the token.
      const isRefused = exchange.answer.status === 401 && "errorCode" in result;
      if (isRefused && result.errorCode !== "THIRD_PARTY_AUTH_ERROR") tokens.forget(token.value);
      return result;
    },
    async probe() {
      const token = await tokens.get();
      if ("error" in token) throw new Error(`no token is given to the service account: ${token.error}`);
    },
    close() {
      messages.close();
      tokens.close();
    },
  };
}

/** Data alone, whose values are texts: the app itself shows it. */
export function fcmMessage({ token, message, ttlSeconds }: Push): object {
  return { message: { token, data: message, android: { priority: "high", ttl: `${ttlSeconds}s` } } };
}

function resultOf({ status, retryAfterSeconds, body }: Answer): Pushed {
  if (status === 200) return { status: "sent" };
  const { error } = readJson(body) as { error?: { status?: unknown; details?: { errorCode?: unknown }[] } };
  const details = Array.isArray(error?.details) ? error.details : [];
  const errorCode = codeOf(details.find((detail) => detail?.errorCode)?.errorCode ?? error?.status, status);
  // A token that was refused is replaced by then, and a credential may be.
  const isOurs = status === 401 || (status === 403 && errorCode !== "SENDER_ID_MISMATCH");
  // Google asks for a minute where it says nothing.
  const waitSeconds = retryAfterSeconds ?? (status === 429 ? 60 : undefined);
  if (isPassing(status) || isOurs) return { status: "retry", errorCode, retryAfterSeconds: waitSeconds };
  // A project or an address that is wrong is not found either, and no phone is gone for that.
  const isGone = status === 404 && errorCode === "UNREGISTERED";
  return { status: "failed", errorCode, ...(isGone && { isGone }) };
}

type Token = { value: string; until: number } | { error: string };

/** Tokens of OAuth 2 (RFC 7523), one at a time for all that ask, until a tenth of its life is left. */
function createTokens(credential: FcmCredential, clock: () => number, options: Http2Options) {
  const { clientEmail, keyId, key, tokenUri } = credential;
  const { origin, pathname, search } = new URL(tokenUri);
  const client = createHttp2Client(origin, options);
  let current: Extract<Token, { value: string }> | undefined;
  let asking: Promise<Token> | undefined;

  async function ask(): Promise<Token> {
    const now = clock();
    const assertion = await new SignJWT({ scope })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(keyId !== undefined && { kid: keyId }) })
      .setIssuer(clientEmail)
      .setAudience(tokenUri)
      .setIssuedAt(new Date(now))
      .setExpirationTime(new Date(now + 3_600_000))
      .sign(key);
    const form = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    const headers = { ":path": pathname + search, "content-type": "application/x-www-form-urlencoded" };
    const exchange = await client.post(headers, form.toString());
    if ("reason" in exchange) return { error: `oauth_${exchange.reason}` };
    const { status, body } = exchange.answer;
    const { access_token: value, expires_in: seconds, error } = readJson(body) as Record<string, unknown>;
    if (status !== 200 || typeof value !== "string") return { error: `oauth_${codeOf(error, status)}` };
    return { value, until: now + (Number(seconds) || 3600) * 900 };
  }

  return {
    async get(): Promise<Token> {
      if (current && current.until > clock()) return current;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      const token = await asking;
      if ("value" in token) current = token;
      return token;
    },
    /** It was not accepted. */
    forget(value: string): void {
      if (current?.value === value) current = undefined;
    },
    close: client.close,
  };
}

function readJson(text: string): object {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
