/**
 * How the caller proves who it is: the account SID and its auth token, or the SID of an API key and its secret.
 * `authyApiKey` is the key of a v1 application; alone it serves the v1 operations, and it goes with either pair.
 */
export type Credentials =
  | { accountSid: string; authToken: string; apiKey?: never; apiSecret?: never; authyApiKey?: string | undefined }
  | { apiKey: string; apiSecret: string; accountSid?: string; authToken?: never; authyApiKey?: string | undefined }
  | { authyApiKey: string; accountSid?: never; authToken?: never; apiKey?: never; apiSecret?: never };

/**
 * The headers that authenticate a call to either API.
 *
 * @throws TypeError when there is no complete pair and no v1 key, as with an unset environment variable.
 */
export function authentication(credentials: Credentials): Record<string, string | undefined> {
  const { accountSid, authToken, apiKey, apiSecret, authyApiKey } = credentials;
  const [user, password] = apiKey ? [apiKey, apiSecret] : [accountSid, authToken];
  const basic = user && password && `Basic ${btoa(`${user}:${password}`)}`;
  if (!basic && !authyApiKey) throw new TypeError("Credentials are missing");
  return { Authorization: basic, "X-Authy-API-Key": authyApiKey };
}
