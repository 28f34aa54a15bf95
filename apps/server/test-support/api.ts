import { sandboxAccount } from "../src/sandbox/sandbox.ts";
import { departuresOf } from "./documented.ts";

/** An answer as it came. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The text parsed, if it is JSON. */
  body: Body;
}

/** What the tests read of any body. */
export interface Body {
  sid?: string;
  status?: string | number;
  code?: number;
  message?: string;
  details?: {
    reason?: string;
    rate_limit?: string;
    member?: string;
    retry_after_seconds?: number;
    parameter?: string;
    unknown_parameters?: string[];
  };
  valid?: boolean;
  channel?: string;
  to?: string;
  send_code_attempts?: { attempt_sid: string }[];
  messages?: { verification_sid: string; to: string; code: string; text: string; route: string | null }[];
  attempts?: {
    sid: string;
    conversion_status: string;
    channel_data: { to?: string | null; message_status?: string };
  }[];
  sna?: { url: string } | null;
}

export interface Credentials {
  accountSid: string;
  authToken: string;
}

export type Fields = Record<string, string>;
export type Api = ReturnType<typeof apiOf>;

/** Calls a server over HTTP, in the name of an account. @param origin or what gives it, once something is called */
export function apiOf(origin: string | (() => string), credentials: Credentials = sandboxAccount) {
  const originNow = () => (typeof origin === "string" ? origin : origin());
  const call = (method: string, path: string, fields?: Fields) =>
    send(`${originNow()}${path}`, {
      method,
      headers: { authorization: authorizationOf(credentials) },
      ...(fields && { body: new URLSearchParams(fields) }),
    });
  return {
    origin: originNow,
    call,
    start: (serviceSid: string, fields: Fields) =>
      call("POST", `/v2/Services/${serviceSid}/Verifications`, { Channel: "sms", ...fields }),
    check: (serviceSid: string, fields: Fields) => call("POST", `/v2/Services/${serviceSid}/VerificationCheck`, fields),
    fetch: (serviceSid: string, sid: string) => call("GET", `/v2/Services/${serviceSid}/Verifications/${sid}`),
    async createService(fields: Fields = {}): Promise<string> {
      const { status, text, body } = await call("POST", "/v2/Services", { FriendlyName: "Acme", ...fields });
      if (status !== 201) throw new Error(`No service was made: ${text}`);
      return body.sid ?? "";
    },
    /** What the sandbox's inbox has for a recipient, newest first. */
    async messages(to: string) {
      const { body } = await call("GET", `/sandbox/messages?To=${encodeURIComponent(to)}&PageSize=1000`);
      return body.messages ?? [];
    },
  };
}

export function authorizationOf({ accountSid, authToken }: Credentials): string {
  return `Basic ${btoa(`${accountSid}:${authToken}`)}`;
}

/** Sends any request. @throws when the answer is not one that the document has for it. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const { status, headers } = response;
  const { pathname: path } = new URL(url);
  const departures = departuresOf({
    method: init.method ?? "GET",
    path,
    status,
    headers: Object.fromEntries(headers),
    text,
  });
  if (departures.length > 0) throw new Error(departures.join("\n"));
  const isJson = headers.get("content-type")?.startsWith("application/json");
  return { status, headers, text, body: isJson ? JSON.parse(text) : {} };
}
