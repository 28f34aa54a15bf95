import { setTimeout as wait } from "node:timers/promises";
import type { OpenApiDocument } from "@countersign/document";
import { type ApplicationKeys, type Draft, type Keys, requestOf } from "./draft.ts";
import { createExchanger, type RawRequest, type Sent } from "./exchange.ts";
import { type ContractOperation, contractOperations, type DocumentedError } from "./operation.ts";
import type { ContractResult } from "./report.ts";
import { checkResponse, xmlValue } from "./response.ts";

/** What a request should be answered with, beside what the document has: a success, a refusal, or that very error. */
export type Expected = "success" | "refusal" | "any" | DocumentedError;

/** An answer, read. */
export interface Read {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the check looks for in it.
  body: any;
}

/** Calls a server, and takes down how its answers depart from the document. */
export interface Session {
  operations: ContractOperation[];
  keys: Keys;
  /** The application of v1 that is called for, once there is one. */
  application?: ApplicationKeys;
  /** The story that is told: what it calls is taken down as its own, and not as its operations'. */
  story: ContractResult | undefined;
  /** How a limit is waited for. */
  sleep: (seconds: number) => Promise<void>;
  /**
   * Sends one request.
   * @param step what it is made for.
   * @param expected a success by default.
   * @throws ServerGoneError when nobody answers any more.
   */
  call(operationId: string, step: string, draft: Draft, expected?: Expected): Promise<Read>;
  close(): void;
}

/** A limit that ends later is not waited for. */
const patienceSeconds = 65;
const signedSeconds = 60;

/** @param base the server's address without a slash at the end. */
export function createSession(base: string, document: OpenApiDocument, keys: Keys): Session {
  const exchanger = createExchanger(base);

  async function callOnce(operation: ContractOperation, step: string, draft: Draft, expected: Expected) {
    const { operationId, method, path } = operation;
    const request = requestOf(base, operation, { application: session.application, ...draft }, keys);
    const answer = await exchanger.send(request);
    const read = readAnswer(answer);
    const seconds = secondsToWait(answer, read, expected, operation);
    const found = departuresOf(document, operationId, request, answer);
    // What is not as documented is not asked what it means.
    const messages = found.length > 0 || seconds !== undefined ? found : unexpected(operation, read, expected);
    const shown = `${draft.method ?? method} ${path}`;
    const common = { operationId, step, request: shown, ...("status" in answer && { status: answer.status }) };
    const result = session.story ?? operation.result;
    result.requests += 1;
    result.departures.push(...messages.map((message) => ({ ...common, message })));
    return { read, seconds };
  }

  const session: Session = {
    operations: contractOperations(document),
    keys,
    story: undefined,
    sleep: (seconds) => wait(seconds * 1000),
    async call(operationId, step, draft, expected = "success") {
      const operation = session.operations.find((candidate) => candidate.operationId === operationId);
      if (!operation) throw new Error(`The document has no operation ${operationId}`);
      const { read, seconds } = await callOnce(operation, step, draft, expected);
      if (seconds === undefined) return read;
      await session.sleep(seconds);
      return (await callOnce(operation, step, draft, expected)).read;
    },
    close: exchanger.close,
  };
  return session;
}

function departuresOf(document: OpenApiDocument, operationId: string, { method }: RawRequest, answer: Sent): string[] {
  if ("failure" in answer) return [`no answer: ${answer.failure}`];
  const { status, headers, text } = answer;
  const found = checkResponse(document, operationId, status, headers, method === "HEAD" ? undefined : text);
  // A report names the operation and the status already.
  return found.map((text) => text.replace(`${operationId} ${status}: `, "").replace(`${operationId} `, ""));
}

function readAnswer(answer: Sent): Read {
  if ("failure" in answer) return { status: 0, body: {} };
  const { status, headers, text } = answer;
  const [mediaType = ""] = String(headers["content-type"] ?? "").split(";");
  try {
    return { status, body: readers[mediaType]?.(text) ?? {} };
  } catch {
    // There is none, or it is taken down as a departure already.
    return { status, body: {} };
  }
}

const readers: Record<string, (text: string) => unknown> = {
  "application/json": JSON.parse,
  "application/xml": (text) => xmlValue(text).value,
};

function codeOf({ body }: Read): number {
  return Number(body.code ?? body.error_code);
}

/** What the document cannot say by itself. */
function unexpected({ successStatus, isV1 }: ContractOperation, read: Read, expected: Expected): string[] {
  const { status } = read;
  const code = codeOf(read);
  if (typeof expected === "object") {
    return status === expected.status && code === expected.code
      ? []
      : [`does not answer the error ${expected.code} that was asked for`];
  }
  if (status >= 500 || (isV1 && code === 60_000)) return ["the server failed"];
  if (expected === "success" && status !== successStatus) return [`refused what it should take: ${code || status}`];
  if (expected === "refusal" && status < 400) return ["took what it should refuse"];
  return [];
}

/** Limits on requests are no departure, unless the request is meant to meet one. */
function secondsToWait(
  answer: Sent,
  read: Read,
  expected: Expected,
  { credentials }: ContractOperation,
): number | undefined {
  const code = codeOf(read);
  const isAsked = typeof expected === "object" && expected.code === code;
  if ("failure" in answer || answer.status !== 429 || isAsked) return undefined;
  // v2 tells every wait in the body, and v1 only a short one: there what an application may call ends within a minute.
  const told = read.body.details?.retry_after_seconds ?? answer.headers["retry-after"];
  const seconds = Number(told ?? (credentials === "signature" ? signedSeconds : Number.NaN));
  // Whoever names a limit of the service means to meet it.
  const isLimit = [20_429, 60_003].includes(code) && read.body.details?.rate_limit === undefined;
  return isLimit && seconds > 0 && seconds <= patienceSeconds ? seconds : undefined;
}
