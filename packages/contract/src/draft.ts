import { randomUUID } from "node:crypto";
import type { RawRequest } from "./exchange.ts";
import type { ContractOperation } from "./operation.ts";
import { signDashboardRequest, webhookHeaders } from "./signatures.ts";
import type { Pair } from "./values.ts";

/** A request to an operation before it has an address, credentials and bytes. */
export interface Draft {
  path?: Record<string, string>;
  query?: Pair[];
  form?: Pair[];
  /** Sent in place of the form. */
  payload?: Buffer;
  headers?: Record<string, string>;
  method?: string;
  /** The right ones by default. */
  credentials?: "none" | "wrong";
  /** An application in place of the usual one. */
  application?: ApplicationKeys;
}

/** Who calls. An operation for which a key is missing is called with wrong ones alone. */
export interface Keys {
  accountSid: string;
  authToken: string;
  application?: ApplicationKeys;
  integrationKey?: string;
}

/** The keys of a v1 application. */
export interface ApplicationKeys {
  apiKey: string;
  appApiKey: string;
  accessKey: string;
  signingKey: string;
}

const wrongKey = "not-a-key";
/** That of the gateway that every sandbox has. */
const sandboxGatewayKey = "the-sandbox-has-a-gateway";

/** The request as it goes out. */
export function requestOf(base: string, operation: ContractOperation, draft: Draft, usual: Keys): RawRequest {
  const { takesForm } = operation;
  const keys = { ...usual, ...(draft.application && { application: draft.application }) };
  const path = filledPath(operation, draft, keys);
  const given = credentialPairs(operation, draft, keys);
  const query = [...(draft.query ?? []), ...(takesForm ? [] : given)];
  const form = takesForm ? [...(draft.form ?? []), ...given] : [];
  const method = draft.method ?? operation.method;
  const payload = draft.payload ?? Buffer.from(takesForm ? new URLSearchParams(form).toString() : "");
  const headers = credentialHeaders(operation, draft, keys, {
    payload,
    method,
    url: `${base}${path}`,
    parameters: [...query, ...form],
  });
  return {
    method,
    url: `${base}${path}${query.length > 0 ? `?${new URLSearchParams(query)}` : ""}`,
    headers: {
      accept: "application/json",
      ...(takesForm && { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
      ...draft.headers,
    },
    payload,
  };
}

function filledPath({ path, parameters }: ContractOperation, draft: Draft, { application }: Keys): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const own = name === "ApiKey" ? application?.apiKey : undefined;
    const example = parameters.find((parameter) => parameter.place === "path" && parameter.name === name)?.example;
    return encodeURIComponent(draft.path?.[name] ?? own ?? example ?? "");
  });
}

/** Keys that are parameters. What the draft has of them stands. */
function credentialPairs(operation: ContractOperation, draft: Draft, keys: Keys): Pair[] {
  const names = new Set([...(draft.form ?? []), ...(draft.query ?? [])].map(([name]) => name));
  return keyPairs(operation, draft, keys).filter(([name]) => !names.has(name));
}

function keyPairs({ credentials, parameters }: ContractOperation, draft: Draft, keys: Keys): Pair[] {
  if (draft.credentials === "none") return [];
  const isRight = draft.credentials !== "wrong";
  if (parameters.some(({ name }) => name === "integration_api_key")) {
    return [["integration_api_key", (isRight && keys.integrationKey) || wrongKey]];
  }
  if (credentials !== "signature") return [];
  const { appApiKey = wrongKey, accessKey = wrongKey } = (isRight && keys.application) || {};
  return [
    ["app_api_key", appApiKey],
    ["access_key", accessKey],
  ];
}

function credentialHeaders(
  { credentials }: ContractOperation,
  draft: Draft,
  { accountSid, authToken, application }: Keys,
  signed: { method: string; url: string; parameters: Pair[]; payload: Buffer },
): Record<string, string> {
  if (draft.credentials === "none") return {};
  const isRight = draft.credentials !== "wrong";
  switch (credentials) {
    case "basic":
      return { authorization: `Basic ${btoa(`${accountSid}:${isRight ? authToken : wrongKey}`)}` };
    case "apiKey":
      return { "x-authy-api-key": (isRight && application?.apiKey) || wrongKey };
    case "signature": {
      const nonce = randomUUID();
      const signature = signDashboardRequest({ nonce, ...signed }, (isRight && application?.signingKey) || wrongKey);
      return { "x-authy-signature-nonce": nonce, "x-authy-signature": signature };
    }
    case "gateway":
      return webhookHeaders(isRight ? sandboxGatewayKey : wrongKey, signed.payload);
    default:
      return {};
  }
}
