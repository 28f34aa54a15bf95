import type { IncomingMessage } from "node:http";
import type { Incoming } from "../../http/answer.ts";
import type { Answer } from "../../http/errors.ts";
import { preferredError } from "../../http/preferred-error.ts";
import { readBody } from "../../http/read-body.ts";
import type { RequestLog } from "../../http/request-log.ts";
import type { Address } from "../../http/request-url.ts";
import { StoreUnavailableError } from "../../kernel/refusal.ts";
import { type V1Refusal, v1Invalid, v1Refused } from "../handler.ts";
import type { V1Authenticators } from "./authenticate.ts";
import { mergedPairs, readV1Pairs } from "./body.ts";
import { type V1Format, v1Answer, v1ErrorAnswer } from "./errors.ts";
import type { V1Operation } from "./operation.ts";
import { readV1Parameters } from "./parameters.ts";

/** What answering needs beside the operation. */
export interface V1Surroundings {
  authenticate: V1Authenticators;
  addressOf: (request: IncomingMessage) => Address;
  log: RequestLog;
  /** Whether a request may ask for an error. */
  sandbox: boolean;
}

/**
 * Answers a v1 request: format, body, principal, parameters, handler, in that order. The body comes before the principal,
 * since the key may be in it.
 * @returns nothing when the caller hung up.
 */
export async function answerToV1(
  incoming: Incoming,
  operation: V1Operation,
  surroundings: V1Surroundings,
): Promise<Answer | undefined> {
  const bytes = await bodyOf(incoming.raw);
  if (bytes === "aborted") return undefined;
  const format = incoming.path.format === "xml" ? "xml" : "json";
  const answer = await outcomeOf(incoming, operation, surroundings, bytes, format);
  return { ...answer, headers: { ...answer.headers, ...operation.headers } };
}

async function outcomeOf(
  incoming: Incoming,
  operation: V1Operation,
  surroundings: V1Surroundings,
  bytes: Buffer | "too large",
  format: V1Format,
): Promise<Answer> {
  const refuse = (refusal: V1Refusal) => refusalAnswer(incoming, operation, surroundings, refusal, format);
  try {
    const outcome = await outcomeOfRequest(incoming, operation, surroundings, bytes);
    return outcome.ok ? v1Answer(operation.successStatus, outcome.value, format) : refuse(outcome.refusal);
  } catch (error) {
    // The catalogue has one answer for all that goes wrong inside; a store that is gone may soon be back.
    if (error instanceof StoreUnavailableError) return refuse({ code: "60000", retryAfterSeconds: 1 });
    logFailure(error, incoming, operation, surroundings);
    return refuse({ code: "60000" });
  }
}

async function outcomeOfRequest(
  { id, raw, path }: Incoming,
  operation: V1Operation,
  { authenticate, addressOf, sandbox }: V1Surroundings,
  bytes: Buffer | "too large",
) {
  const isReadable = Object.values(path).every((value) => !value.includes("\0"));
  if (!isReadable || operation.validatePath(path).length > 0 || bytes === "too large") return v1Refused("60002");
  const pairs = readV1Pairs(raw, bytes);
  if (!pairs.ok) return pairs;
  const { operationId, method, credentials } = operation;
  const { url } = addressOf(raw);
  const parameters = [...pairs.value.query, ...pairs.value.body];
  const authenticator = authenticate[credentials];
  if (!authenticator) throw new Error(`${operationId} asks for credentials that nobody checks`);
  const principal = await authenticator({ operationId, method, url, headers: raw.headers, path, parameters });
  if (!principal.ok) return principal;
  const preferred = sandbox && preferredRefusal(raw, operation);
  if (preferred) return preferred;
  const values = readV1Parameters(operation.fields, mergedPairs(pairs.value, method));
  if (!values.ok) return values;
  return operation.handler({
    ...principal.value,
    url,
    path,
    parameters: values.value,
    requestId: id,
    ip: raw.socket.remoteAddress ?? "",
  });
}

function preferredRefusal(raw: IncomingMessage, { errors, fields }: V1Operation) {
  const code = preferredError(raw) ?? "";
  if (!errors.has(code)) return undefined;
  return code === "60004" ? v1Invalid(fields[0]?.name ?? "Prefer", "Parameter is not valid") : v1Refused(code);
}

/** A `GET` may have a body. Without one there is nothing to wait for. */
function bodyOf(raw: IncomingMessage): Promise<Buffer | "too large" | "aborted"> {
  const { "content-length": length, "transfer-encoding": encoding } = raw.headers;
  return length === undefined && encoding === undefined ? Promise.resolve(Buffer.alloc(0)) : readBody(raw);
}

function refusalAnswer(
  incoming: Incoming,
  operation: V1Operation,
  surroundings: V1Surroundings,
  refusal: V1Refusal,
  format: V1Format,
): Answer {
  const documented = operation.errors.get(refusal.code);
  if (documented) return v1ErrorAnswer(documented, refusal, format);
  // The caller can do nothing about it: the handler and the document disagree.
  logFailure(new Error(`Error ${refusal.code} is not documented`), incoming, operation, surroundings);
  const failure = operation.errors.get("60000") ?? { code: "60000", status: 400, message: "", hasRetryAfter: false };
  return v1ErrorAnswer(failure, {}, format);
}

function logFailure(error: unknown, { id, raw }: Incoming, operation: V1Operation, { log }: V1Surroundings): void {
  log.failed(error, { id, method: raw.method, operation });
}
