import { createHmac, randomUUID } from "node:crypto";
import type { RawRequest } from "./exchange.ts";
import type { ContractOperation, Fields } from "./operation.ts";

/** A request to an operation before it has an address, credentials and bytes. */
export interface Draft {
  path?: Record<string, string>;
  query?: Fields;
  form?: Fields;
  /** For what takes JSON. */
  json?: unknown;
  /** Sent in place of the form. */
  payload?: Buffer;
  headers?: Record<string, string>;
  method?: string;
  /** The right ones by default. */
  credentials?: "none" | "wrong";
  /** Those of v1 that it is called for; without any it is called with wrong keys. */
  application?: ApplicationKeys | undefined;
}

/** Who calls. An operation for which a key is missing is called with wrong ones alone. */
export interface Keys {
  accountSid: string;
  authToken: string;
  /** With which an application of v1 is made; without it v1 is walked by strangers alone. */
  integrationKey?: string;
}

/** The keys of a v1 application. */
export type ApplicationKeys = Record<"api_key" | "app_api_key" | "access_key" | "api_signing_key", string>;

type Pair = readonly [name: string, text: string];

const wrongKey = "not-a-key";
/** That of the gateway that every sandbox has. */
const sandboxGatewayKey = "the-sandbox-has-a-gateway";

/** The request as it goes out. */
export function requestOf(base: string, operation: ContractOperation, draft: Draft, keys: Keys): RawRequest {
  const { takesForm, json } = operation;
  const given = keyFields(operation, draft, keys);
  const query = pairsOf({ ...(!takesForm && given), ...draft.query });
  const form = pairsOf(takesForm ? { ...given, ...draft.form } : {});
  const method = draft.method ?? operation.method;
  const payload =
    draft.payload ?? Buffer.from(json ? JSON.stringify(draft.json ?? {}) : `${new URLSearchParams(form)}`);
  const url = `${base}${filledPath(operation, draft)}`;
  const signed = { method, url, payload, parameters: [...query, ...form] };
  return {
    method,
    url: query.length > 0 ? `${url}?${new URLSearchParams(query)}` : url,
    headers: {
      accept: "application/json",
      ...(takesForm && { "content-type": "application/x-www-form-urlencoded" }),
      ...(json && { "content-type": "application/json" }),
      ...credentialHeaders(operation, draft, keys, signed),
      ...draft.headers,
    },
    payload,
  };
}

function pairsOf(fields: Fields): [name: string, text: string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((text): [string, string] => [name, text]),
  );
}

function filledPath({ path, parameters }: ContractOperation, { path: given = {}, application }: Draft): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const own = name === "ApiKey" ? application?.api_key : undefined;
    const example = parameters.find((parameter) => parameter.place === "path" && parameter.name === name)?.example;
    return encodeURIComponent(given[name] ?? own ?? String(example ?? ""));
  });
}

/** Keys that are parameters. */
function keyFields({ credentials }: ContractOperation, draft: Draft, { integrationKey }: Keys): Fields {
  if (draft.credentials === "none") return {};
  const { application, credentials: isWrong } = draft;
  if (credentials === "integrationKey") return { integration_api_key: (!isWrong && integrationKey) || wrongKey };
  if (credentials !== "signature") return {};
  const { app_api_key = wrongKey, access_key = wrongKey } = (!isWrong && application) || {};
  return { app_api_key, access_key };
}

function credentialHeaders(
  { credentials }: ContractOperation,
  { credentials: fault, application }: Draft,
  { accountSid, authToken }: Keys,
  signed: { method: string; url: string; parameters: Pair[]; payload: Buffer },
): Record<string, string> {
  if (fault === "none") return {};
  const rightOr = (key: string | undefined) => (fault === undefined && key) || wrongKey;
  switch (credentials) {
    case "basic":
      return { authorization: `Basic ${btoa(`${accountSid}:${rightOr(authToken)}`)}` };
    case "apiKey":
      return { "x-authy-api-key": rightOr(application?.api_key) };
    case "signature": {
      const nonce = randomUUID();
      const signature = signDashboardRequest({ nonce, ...signed }, rightOr(application?.api_signing_key));
      return { "x-authy-signature-nonce": nonce, "x-authy-signature": signature };
    }
    case "gateway":
      return webhookHeaders(rightOr(sandboxGatewayKey), signed.payload);
    default:
      return {};
  }
}

/**
 * The signature of a Dashboard request in base64: HMAC-SHA-256 of `nonce|METHOD|url|parameters` under the application's
 * signing key. It shares no code with the server that checks it.
 * @param request its URL without the query, whose parameters are among the others.
 */
export function signDashboardRequest(
  request: { nonce: string; method: string; url: string; parameters: readonly Pair[] },
  signingKey: string,
): string {
  const { nonce, method, url, parameters } = request;
  // Nothing unescaped but letters, digits and `-._~`, as RFC 3986 has it; a space is a `+`.
  const pairs = parameters.map(([name, value]) =>
    `${new URLSearchParams({ [name]: value })}`.replaceAll("*", "%2A").replaceAll("%7E", "~"),
  );
  return hmac(signingKey, [nonce, method.toUpperCase(), url, pairs.sort().join("&")].join("|"));
}

/** The headers of Standard Webhooks, signed now. */
function webhookHeaders(key: string, body: Buffer): Record<string, string> {
  const [id, timestamp] = ["msg_1", String(Math.floor(Date.now() / 1000))];
  const signature = hmac(key, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

function hmac(key: string, signed: string | Buffer): string {
  return createHmac("sha256", key).update(signed).digest("base64");
}
