import type { IncomingMessage } from "node:http";
import { faultyProperty } from "@countersign/document/validator";
import { everyScope, type Principal } from "../kernel/handler.ts";
import type { Accepted, Refusal } from "../kernel/refusal.ts";
import { StoreUnavailableError } from "../kernel/unavailable.ts";
import { type Answer, addHeaders, type ErrorAnswer, type Errors, errorAnswer, noPath } from "./errors.ts";
import { type Parsed, parseBody, parseQuery } from "./form.ts";
import { preferredError } from "./preferred-error.ts";
import { readBody } from "./read-body.ts";
import type { RequestLog } from "./request-log.ts";
import { type Address, pathOf, queryOf } from "./request-url.ts";
import type { Input, ServedOperation } from "./served-operation.ts";
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
    const bytes = operation.body ? await readBody(raw) : noBytes;
    if (bytes === "aborted") return undefined;
    if (bytes === "too large") return refuse({ code: 20413 });
    if (operation.isProvenByBody) principal = await principalOf(operation, raw, bytes);
    if (principal === undefined) return refuse({ code: 20003 });
    if (!isValidPath(operation, incoming)) return refuse({ code: 20404 });
    const query = readInput(operation.query, (input) => parseQuery(queryOf(raw), input.form));
    if ("faulty" in query) return refuse({ code: 60200, parameter: query.faulty });
    const body = readInput(operation.body, (input) => readForm(raw, bytes, input));
    if ("faulty" in body) return refuse({ code: 60200, parameter: body.faulty });
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
  return errors.has(code) ? { code, parameter: (body ?? query)?.form.first ?? "" } : undefined;
}

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

function readInput(input: Input | undefined, parse: (input: Input) => Parsed): Parsed {
  if (!input) return { values: {} };
  const parsed = parse(input);
  if ("faulty" in parsed) return parsed;
  const faulty = faultyProperty(input.validate(parsed.values));
  return faulty === undefined ? parsed : { faulty };
}

const formType = "application/x-www-form-urlencoded";

/** A body of another kind than a form holds no parameters; a form that is no UTF-8 cannot be read. */
function readForm({ headers }: IncomingMessage, bytes: Buffer, { form }: Input): Parsed {
  const type = headers["content-type"] ?? "";
  if (bytes.length === 0) return { values: {} };
  if (type === formType) return parseBody(bytes, form);
  const [media, ...parameters] = type.toLowerCase().split(";");
  if (media?.trim() !== formType) return { values: {} };
  const charset = parameters.map((parameter) => /^\s*charset="?([^"]*?)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  return charset === undefined || /^(utf-?8|us-ascii)$/.test(charset) ? parseBody(bytes, form) : { faulty: form.first };
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
