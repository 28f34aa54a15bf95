import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";
import { authorizationOf, type Credentials } from "../../apps/server/test-support/api.ts";
import { departuresOf } from "../../apps/server/test-support/documented.ts";
import type { Action, Answer } from "./history.ts";

/** Asks a server about one recipient's verification, and does nothing twice by itself. */
export interface Caller {
  /** @returns nothing when nobody knows whether it was done, and `unsent` when nobody listened */
  ask: (to: string, action: Action) => Promise<Answer | null | "unsent">;
  close: () => void;
}

const timeoutMs = 25_000;

export function createCaller(origin: string, credentials: Credentials, serviceSid: string): Caller {
  const agent = new Agent({ keepAlive: true });
  const authorization = authorizationOf(credentials);
  const service = `/v2/Services/${serviceSid}`;
  return {
    async ask(to, action) {
      const { method, path, fields } = requestOf(service, to, action);
      const body = fields && new URLSearchParams(fields).toString();
      const headers = { authorization, ...(body && { "content-type": "application/x-www-form-urlencoded" }) };
      try {
        const response = await send(`${origin}${path}`, { method, agent, headers, timeout: timeoutMs }, body);
        const text = await readText(response);
        return answerOf({ method, path, status: response.statusCode ?? 0, headers: response.headers, text });
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ECONNREFUSED" ? "unsent" : null;
      }
    },
    close: () => agent.destroy(),
  };
}

function requestOf(service: string, to: string, action: Action) {
  const named = `${service}/Verifications/${encodeURIComponent(("sid" in action && action.sid) || to)}`;
  switch (action.kind) {
    case "start":
      return { method: "POST", path: `${service}/Verifications`, fields: { To: to, Channel: action.channel } };
    case "check": {
      const whose: Record<string, string> = action.sid === undefined ? { To: to } : { VerificationSid: action.sid };
      return { method: "POST", path: `${service}/VerificationCheck`, fields: { ...whose, Code: action.code } };
    }
    case "cancel":
      return { method: "POST", path: named, fields: { Status: "canceled" } };
    case "fetch":
      return { method: "GET", path: named };
  }
}

function send(url: string, options: object, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, options, resolve);
    request.on("timeout", () => request.destroy());
    request.on("error", reject);
    request.on("close", () => reject(new Error("closed")));
    request.end(body);
  });
}

function answerOf(answered: Parameters<typeof departuresOf>[0]): Answer {
  const { status, headers, text } = answered;
  const body = parse(text);
  const isError = status >= 400;
  return {
    status,
    code: isError ? (body.code ?? 0) : null,
    reason: body.details?.reason ?? null,
    retryAfter: body.details?.retry_after_seconds ?? (headers["retry-after"] ? Number(headers["retry-after"]) : null),
    sid: isError ? null : (body.sid ?? null),
    state: isError ? null : (body.status ?? null),
    attempts: body.send_code_attempts?.map(({ attempt_sid: sid }) => sid) ?? null,
    departures: departuresOf(answered),
  };
}

interface Body {
  code?: number;
  details?: { reason?: string; retry_after_seconds?: number };
  sid?: string;
  status?: string;
  send_code_attempts?: { attempt_sid: string }[];
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
