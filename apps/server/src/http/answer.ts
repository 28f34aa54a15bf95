import type { IncomingMessage } from "node:http";
import { faultyPath } from "@countersign/document/validator";
import { everyScope, type Principal } from "../kernel/handler.ts";
import { type Accepted, type Refusal, StoreUnavailableError } from "../kernel/refusal.ts";
import { type Answer, addHeaders, type ErrorAnswer, type Errors, errorAnswer, noPath } from "./errors.ts";
import { preferredError } from "./preferred-error.ts";
import { readBody } from "./read-body.ts";
import type { RequestLog } from "./request-log.ts";
import { type Address, pathOf, queryOf } from "./request-url.ts";
import type { Body, Input, ServedOperation } from "./served-operation.ts";
import { shownPath } from "./shown-path.ts";

/** A request whose operation is known. */
export interface Incoming {
  id: string;
  raw: IncomingMessage;
  /** The path parameters, decoded. */
  path: Record<string, string>;
}

/** What answering needs beside the operation. */
export interface Surroundings {
  addressOf: (request: IncomingMessage) => Address;
  /** What can happen to every operation, documented or not. */
  errors: Errors;
  log: RequestLog;
  /** Whether a request may ask for an error. */
  sandbox: boolean;
}

/**
 * Answers a request: principal, body, parameters, handler, answer, in that order, so that a stranger learns nothing and
 * costs little. Where the proof of who calls is over the body, the body comes first.
 * @returns nothing when the caller hung up.
 */
export async function answerTo(
  incoming: Incoming,
  operation: ServedOperation,
  surroundings: Surroundings,
): Promise<Answer | undefined> {
  const refuse = (refusal: Refusal) => refusalAnswer(incoming, operation, refusal, surroundings);
  try {
    const { raw, path } = incoming;
    let principal = operation.isProvenByBody ? nobody : await principalOf(operation, raw, noBytes);
    if (principal === undefined) return refuse({ code: 20003 });
    const preferred = surroundings.sandbox && preferredRefusal(raw, operation);
    if (preferred) return refuse(preferred);
    const bytes = operation.body ? await readBody(raw, operation.body.bytesMax) : noBytes;
    if (bytes === "aborted") return undefined;
    if (bytes === "too large") return refuse({ code: 20413 });
    if (operation.isProvenByBody) principal = await principalOf(operation, raw, bytes);
    if (principal === undefined) return refuse({ code: 20003 });
    if (!isValidPath(operation, incoming)) return refuse({ code: 20404 });
    const query = operation.query ? readInput(operation.query, queryOf(raw)) : nothing();
    if ("fault" in query) return refuse(query.fault);
    const body = operation.body ? readBodyInput(raw, bytes, operation.body) : nothing();
    if ("fault" in body) return refuse(body.fault);
    // Added to the address, and not the other way round, which would make the URL that nobody may ask for.
    const request = Object.assign(surroundings.addressOf(raw), {
      principal,
      accountSid: principal.accountSid,
      path,
      query: query.values,
      body: body.values,
    });
    const outcome = await operation.handler(request);
    return outcome.ok ? successAnswer(operation, outcome, raw) : refuse(outcome.refusal);
  } catch (error) {
    if (error instanceof StoreUnavailableError) return refuse({ code: 20503 });
    return failureAnswer(error, incoming, operation, surroundings);
  }
}

function preferredRefusal(raw: IncomingMessage, { errors, query, body }: ServedOperation): Refusal | undefined {
  const code = Number(preferredError(raw));
  return errors.has(code) ? { code, parameter: (body?.main ?? query)?.first ?? "" } : undefined;
}

const nothing = (): Read => ({ values: {} });
const noBytes = Buffer.alloc(0);
const nobody: Principal = { kind: "nobody", accountSid: "", actor: "", scopes: everyScope };

/** Whom the first proof that holds tells, if it may do what the operation does. */
async function principalOf(
  { ways }: ServedOperation,
  { headers }: IncomingMessage,
  body: Buffer,
): Promise<Principal | undefined> {
  for (const { authenticate, scopes } of ways ?? []) {
    const principal = await authenticate(headers, body);
    if (principal) return scopes.every((scope) => principal.scopes.has(scope)) ? principal : undefined;
  }
  return ways ? undefined : nobody;
}

function isValidPath({ validatePath }: ServedOperation, { raw, path }: Incoming): boolean {
  const hasNull = raw.url?.includes("%00") && pathOf(raw).includes("%00");
  return !hasNull && validatePath(path).length === 0;
}

type Read = { values: Record<string, unknown> } | { fault: Refusal };

/** @param written is undefined when there is nothing to read. */
function readInput<Written>(input: Input<Written>, written: Written | undefined): Read {
  const parsed = written === undefined ? { values: {} } : input.parse(written);
  if ("faulty" in parsed) return faultAt(input, [parsed.faulty]);
  const violations = input.validate(parsed.values);
  const path = faultyPath(violations);
  return path ? faultAt(input, path, violations[0]?.keyword === "required") : parsed;
}

/** What is missing is not malformed: it answers the error of what it is missing in. */
function faultAt({ codeOf }: Pick<Input, "codeOf">, path: readonly string[], isMissing = false): Read {
  return { fault: { code: codeOf(isMissing ? path.slice(0, -1) : path), parameter: path[0] ?? "" } };
}

/** A body of a kind that the operation does not take holds no parameters; one that is no UTF-8 cannot be read. */
function readBodyInput({ headers }: IncomingMessage, bytes: Buffer, { inputs, main }: Body): Read {
  if (bytes.length === 0) return readInput(main, undefined);
  const type = headers["content-type"] ?? "";
  const exact = inputs.get(type);
  if (exact) return readInput(exact, bytes);
  const [media = "", ...parameters] = type.toLowerCase().split(";");
  const input = inputs.get(media.trim());
  if (!input) return readInput(main, undefined);
  const charset = parameters.map((parameter) => /^\s*charset="?([^"]*?)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  const isReadable = charset === undefined || /^(utf-?8|us-ascii)$/.test(charset);
  return isReadable ? readInput(input, bytes) : faultAt(input, [input.first]);
}

function successAnswer({ success }: ServedOperation, outcome: Accepted<unknown>, request: IncomingMessage): Answer {
  const { type, body } = success.write?.(outcome.value, request.headers.accept) ?? noBody;
  const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
  addHeaders(headers, success.headers, outcome.headers);
  return { status: success.status, headers, body };
}

const noBody = { type: "", body: "" };

function refusalAnswer(
  incoming: Incoming,
  operation: ServedOperation,
  refusal: Refusal,
  surroundings: Surroundings,
): Answer {
  const documented = operation.errors.get(refusal.code);
  if (documented) {
    const answer = errorAnswer(documented, refusal, () => shownPath(pathOf(incoming.raw), operation.path));
    // An outcome number asks for it, of an operation whose path has no other method.
    if (documented.status === 405) answer.headers.allow = operation.method;
    return answer;
  }
  // The caller can do nothing about it: the handler and the document disagree.
  return failureAnswer(new Error(`Error ${refusal.code} is not documented`), incoming, operation, surroundings);
}

function failureAnswer(
  error: unknown,
  { id, raw }: Incoming,
  operation: ServedOperation,
  { errors, log }: Surroundings,
): Answer {
  log.failed(error, { id, method: raw.method, operation });
  return errorAnswer(errors.get(20500) as ErrorAnswer, {}, noPath);
}
