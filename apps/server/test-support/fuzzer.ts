import { randomUUID } from "node:crypto";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import type { GeneratedRequest } from "@countersign/contract/generate";
import { xmlValue } from "@countersign/contract/response";
import { signatureHeaders } from "../src/kernel/standard-webhooks.ts";
import { sandboxGateway, sandboxKeys } from "../src/sandbox/account.ts";
import { type Parameters, signatureOf } from "./dashboard.ts";
import { departuresOf } from "./documented.ts";
import type { KnownValues } from "./known-values.ts";

/** A request that was generated for an operation. */
export type Call = [operationId: string, request: GeneratedRequest];

/** What stands for a signature and a nonce until a request is sent. */
export const unsigned = {
  v1Signature: ["to be signed"],
  v1SignatureNonce: ["to be made"],
  gatewaySignature: ["to be signed"],
};

export interface Fuzzer {
  /** How often an operation answered what: a status, and the code of an error. */
  tally: Record<string, Record<string, number>>;
  /** What was answered wrongly, with the request. */
  failures: string[];
  /** Sends a request once there is a connection for it, and does not wait for the answer. */
  send(call: Call): Promise<void>;
  /** Waits for all answers. */
  finish(): Promise<void>;
}

const connections = 8;

/** Sends requests to a sandbox over a few connections, looks at the answers, and learns from them. */
export function createFuzzer(origin: string, values: KnownValues): Fuzzer {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const tally: Fuzzer["tally"] = {};
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  const signingKeys = new Map([[sandboxKeys.appApiKey, sandboxKeys.signingKey]]);

  function take(operationId: string, request: GeneratedRequest, answer: Answer): void {
    const faults = faultsOf(request, answer);
    failures.push(...faults.map((fault) => `${describe(request)}: ${fault}\n${answer.text.slice(0, 1_000)}`));
    if (faults.length > 0) return;
    const body = bodyOf(request, answer);
    const isError = answer.status >= 300;
    const outcome = isError ? [answer.status, body.code ?? body.error_code].join(" ").trim() : answer.status;
    const counts = tally[operationId] ?? {};
    tally[operationId] = { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 };
    if (isError) return;
    if (operationId === "resetSandbox") values.forget();
    values.learn(body);
    const { app_api_key, api_signing_key } = body.credentials ?? {};
    if (app_api_key && api_signing_key) signingKeys.set(app_api_key, api_signing_key);
  }

  return {
    tally,
    failures,
    async send([operationId, request]) {
      while (underWay.size >= connections) await Promise.race(underWay);
      const answered = exchange(agent, origin, signed(origin, impatient(request), signingKeys))
        .then((answer) => take(operationId, request, answer))
        .catch((error) => void failures.push(`${describe(request)}: ${error}`))
        .finally(() => underWay.delete(answered));
      underWay.add(answered);
    },
    async finish() {
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
}

/** What is known of any body. */
interface Body {
  code?: number;
  error_code?: string;
  credentials?: { app_api_key?: string; api_signing_key?: string };
}

/** v1 has no statuses of 500: its code for that is 60000. */
function faultsOf({ method, url, payload }: GeneratedRequest, { status, headers, text }: Answer): string[] {
  const faults = departuresOf({ method, path: url.replace(/\?.*$/s, ""), status, headers, text });
  // A list of requests repeats how others were answered.
  const code = status < 400 ? undefined : /(?<=[">])60000(?=["<])|(?<="code":)205\d\d/.exec(text)?.[0];
  // Unless an outcome number asked for it.
  const isForced = code !== undefined && (payload.includes(code) || url.includes(code));
  if ((status >= 500 || code !== undefined) && !isForced) faults.push(`answered ${status}`);
  if (!/^RQ[0-9a-f]{32}$/.test(String(headers["twilio-request-id"]))) faults.push("has no request id");
  return faults;
}

function bodyOf({ method }: GeneratedRequest, { headers, text }: Answer): Body {
  if (method === "HEAD" || text === "") return {};
  switch (headers["content-type"]?.split(";")[0]) {
    case "application/json":
      return JSON.parse(text);
    case "application/xml":
      return xmlValue(text).value as Body;
    default:
      return {};
  }
}

/** Who waits for a message waits for a second at most. */
function impatient(request: GeneratedRequest): GeneratedRequest {
  const { url } = request;
  if (!url.startsWith("/sandbox/messages/next")) return request;
  const short = url.replace(/(?<=[?&]TimeoutSeconds=)\d+/g, (text) => String(Number(text) % 2));
  if (short.includes("TimeoutSeconds=")) return { ...request, url: short };
  return { ...request, url: `${short}${short.includes("?") ? "&" : "?"}TimeoutSeconds=1` };
}

/** Signs what is to be signed, with the key of the application that the request names. */
function signed(origin: string, request: GeneratedRequest, keys: Map<string, string>): GeneratedRequest {
  const headers = { ...request.headers };
  if (headers["x-authy-signature-nonce"] === unsigned.v1SignatureNonce[0]) {
    headers["x-authy-signature-nonce"] = randomUUID();
  }
  if (headers["x-authy-signature"] === unsigned.v1Signature[0]) {
    const [path = "", query = ""] = request.url.split("?");
    const parameters: Parameters = [query, request.payload.toString()].flatMap((form) => [
      ...new URLSearchParams(form),
    ]);
    const key = keys.get(parameters.find(([name]) => name === "app_api_key")?.[1] ?? "") ?? "";
    const nonce = headers["x-authy-signature-nonce"] ?? "";
    headers["x-authy-signature"] = signatureOf(key, nonce, request.method, `${origin}${path}`, parameters);
  }
  if (headers["webhook-signature"] === unsigned.gatewaySignature[0]) {
    const { keys } = sandboxGateway;
    Object.assign(headers, signatureHeaders(keys, { id: "msg_1", now: Date.now(), body: request.payload }));
  }
  return { ...request, headers };
}

/** Any request, as it is, which `fetch` would not let through. */
function exchange(agent: Agent, origin: string, { method, url, headers, payload }: GeneratedRequest): Promise<Answer> {
  const length = headers["transfer-encoding"] ? {} : { "content-length": payload.length };
  return new Promise((resolve, reject) => {
    const options = { agent, method, path: url, headers: { ...headers, ...length } };
    const sent = httpRequest(origin, options, async (answer) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
    });
    sent.on("error", reject);
    sent.end(payload);
  });
}

function describe({ method, url, headers, payload }: GeneratedRequest): string {
  return `${method} ${url} ${JSON.stringify(headers)} ${JSON.stringify(payload.toString("latin1").slice(0, 2_000))}`;
}
