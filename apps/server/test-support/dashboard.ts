import { createHmac, randomUUID } from "node:crypto";
import { sandboxKeys } from "../src/sandbox/account.ts";

/** A Dashboard client as the guide tells to write one; it shares no code with the server. */

export interface DashboardKeys {
  appApiKey: string;
  accessKey: string;
  signingKey: string;
}

export type Parameters = [name: string, value: string][];

export interface DashboardAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Of a JSON answer. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the tests look for in it.
  body: any;
}

/** What a test may do to a request once it is signed. */
export interface Tampering {
  nonce?: string;
  signature?: string | null;
  /** Sent in place of what was signed. */
  parameters?: Parameters;
  path?: string;
  method?: string;
  /** Whether parameters stand in the query also where a body is possible, or in a body also where there is none. */
  place?: "query";
}

export function signatureOf(signingKey: string, nonce: string, method: string, url: string, parameters: Parameters) {
  const escaped = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
  const pairs = parameters.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const text = `${nonce}|${method}|${url}|${pairs.join("&")}`;
  return createHmac("sha256", signingKey).update(text).digest("base64");
}

export function dashboardOf(origin: string, keys: DashboardKeys = sandboxKeys) {
  /** @param path below `/dashboard/`, with the format */
  return async (method: string, path: string, given: Parameters = [], tampering: Tampering = {}) => {
    const credentials: Parameters = [
      ["app_api_key", keys.appApiKey],
      ["access_key", keys.accessKey],
    ];
    const parameters = [...given, ...credentials];
    const nonce = tampering.nonce ?? randomUUID();
    const url = `${origin}/dashboard/${path}`;
    const signature = tampering.signature ?? signatureOf(keys.signingKey, nonce, method, url, parameters);
    return post(tampering.method ?? method, `${origin}/dashboard/${tampering.path ?? path}`, {
      parameters: tampering.parameters ?? parameters,
      place: method === "POST" && tampering.place !== "query" ? "body" : "query",
      headers: {
        "x-authy-signature-nonce": nonce,
        ...(tampering.signature !== null && { "x-authy-signature": signature }),
      },
    });
  };
}

/** Sends a request that is not signed. */
export async function post(
  method: string,
  url: string,
  { parameters, place, headers }: { parameters: Parameters; place: "body" | "query"; headers?: Record<string, string> },
): Promise<DashboardAnswer> {
  const text = new URLSearchParams(parameters).toString();
  const response = await fetch(place === "query" ? `${url}?${text}` : url, {
    method,
    ...(headers && { headers }),
    ...(place === "body" && { body: new URLSearchParams(parameters) }),
  });
  const answer = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    headers: response.headers,
    text: answer,
    body: isJson ? JSON.parse(answer) : undefined,
  };
}
