/**
 * How the caller proves who it is: the account SID and its auth token, or the SID of an API key and its secret.
 * `authyApiKey` is the key of a v1 application; alone it serves the v1 operations, and it goes with either pair.
 */
export type Credentials =
  | { accountSid: string; authToken: string; apiKey?: never; apiSecret?: never; authyApiKey?: string | undefined }
  | { apiKey: string; apiSecret: string; accountSid?: string; authToken?: never; authyApiKey?: string | undefined }
  | { authyApiKey: string; accountSid?: never; authToken?: never; apiKey?: never; apiSecret?: never };

/**
 * The headers that authenticate a call to either API. RFC 7617: UTF-8, no control characters, no colon in the user's name.
 *
 * @throws TypeError when there is no complete pair and no v1 key, as with an unset environment variable, when only half a
 *   pair goes with the v1 key, and when a value cannot be sent.
 */
export function authentication(credentials: Credentials): Record<string, string | undefined> {
  const names = credentials.apiKey ? (["apiKey", "apiSecret"] as const) : (["accountSid", "authToken"] as const);
  const [user, password] = names.map((name) => credentials[name]);
  const { authyApiKey } = credentials;
  if (!user !== !password || !(user || authyApiKey)) throw new TypeError("Credentials are missing");
  demand(names[0], isText(user, /^[^\p{Cc}:]+$/u));
  demand(names[1], isText(password, /^\P{Cc}+$/u));
  demand("authyApiKey", isText(authyApiKey, /^[!-~]+$/));
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return {
    Authorization: user && `Basic ${btoa(String.fromCharCode(...bytes))}`,
    "X-Authy-API-Key": authyApiKey || undefined,
  };
}

/**
 * Refuses what cannot be used. What it holds may be a secret, and is not told.
 *
 * @throws TypeError which names it.
 */
export function demand(name: string, isRight = false): void {
  if (!isRight) throw new TypeError(`${name} cannot be used`);
}

/** Whether it is such a text, or none. */
function isText(value: string | undefined, allowed: RegExp): boolean {
  return !value || (typeof value === "string" && allowed.test(value));
}
