import type { IncomingMessage } from "node:http";
import type { Validator } from "@countersign/document/validator";
import type { Author } from "../kernel/handler.ts";
import {
  type Accepted,
  CallerGoneError,
  type Outcome,
  type Refusal,
  StoreUnavailableError,
} from "../kernel/refusal.ts";
import type { Answer } from "./answers.ts";
import type { RequestLog } from "./request-log.ts";
import { type Address, pathOf } from "./request-url.ts";

/** A request whose operation is known. */
export interface Incoming {
  id: string;
  raw: IncomingMessage;
  /** The path parameters, decoded. */
  path: Record<string, string>;
  address: Address;
  /** The code of the error that the caller asks for; undefined where nobody may. */
  preferred: string | undefined;
  /** The parameters of its body as they came, once they are read. */
  given?: Record<string, unknown>;
  /** What was passed over in it, for the answer to name. */
  unheeded?: Unheeded;
}

/** As `details` has it. */
interface Unheeded {
  parameter?: "Content-Type";
  unknown_parameters?: string[];
}

/** An operation as the pipeline knows it. Each dialect compiles its own, and knows more of them. */
export interface Route {
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  /** Whether the proof of who calls may be in the body, which is read first then. */
  isProvenByBody: boolean;
  /** How long a body may be; undefined when the operation takes none. */
  bytesMax: number | undefined;
  handler: (request: object) => Promise<Outcome<unknown, AnyCode>>;
  onRefused?: OnRefused | undefined;
}

/** A request that was refused once it was known whose it is. */
export interface RefusedRequest extends Pick<Incoming, "id" | "path"> {
  /** Who calls, as the dialect has it. */
  caller: unknown;
  given: Record<string, unknown>;
  refusal: Refusal<AnyCode>;
}

export type OnRefused = (request: RefusedRequest) => void;

type AnyCode = number | string;

/** How an API reads, proves, refuses and writes: its steps of the one pipeline. */
export interface Dialect<Operation extends Route = Route, Caller = unknown, Code extends AnyCode = AnyCode> {
  operations: readonly Operation[];
  /** How it refuses a body that is too long, and all requests while the database is gone. */
  tooLarge: Refusal<Code>;
  unavailable: Refusal<Code>;
  /** Whether a caller may ask for an error before the body has proven who it is. */
  heedsStrangers: boolean;
  /** Tells in whose name a request is. */
  authenticate(
    operation: Operation,
    incoming: Incoming,
    body: Buffer,
  ): Outcome<Caller, Code> | Promise<Outcome<Caller, Code>>;
  /** The refusal of that code, if the operation documents it. */
  preferred(operation: Operation, code: string): Refusal<Code> | undefined;
  /** Makes what the handler is given. */
  bind(operation: Operation, incoming: Incoming, caller: Caller, body: Buffer): Outcome<object, Code>;
  write(operation: Operation, success: Accepted<unknown>, incoming: Incoming): Answer;
  /** @returns undefined for an error that the operation does not document. */
  refuse(operation: Operation, refusal: Refusal<Code>, incoming: Incoming): Answer | undefined;
  /** What the log tells of such an error, where it comes by a setting of the operator's. */
  faultOf?(refusal: Refusal<Code>): Error;
  /** The answer when the server failed. */
  fail(operation: Operation, incoming: Incoming): Answer;
  /** Answers what the router has no operation for. */
  refuseRoute(unrouted: Unrouted<Operation>): Answer;
}

/** A path as it was sent, which may be one that other methods have, or be an operation's but for its encoding. */
export interface Unrouted<Operation> {
  path: string;
  isKnown: boolean;
  operation: Operation | undefined;
  address: Address;
}

/** A request with all that its answer is made of. */
interface Served {
  incoming: Incoming;
  operation: Route;
  dialect: Dialect;
  log: RequestLog;
}

/**
 * Answers a request: principal, body, parameters, handler, answer, in that order, so that a stranger learns nothing and
 * costs little. Where the proof of who calls is in the body, the body comes first. All of it waits in this one function:
 * each that waited for another would cost every request a turn and memory.
 * @returns nothing when the caller hung up.
 */
export async function answerTo(
  incoming: Incoming,
  operation: Route,
  dialect: Dialect,
  log: RequestLog,
): Promise<Answer | undefined> {
  const served: Served = { incoming, operation, dialect, log };
  try {
    const { isProvenByBody, bytesMax, handler } = operation;
    const { preferred: code } = incoming;
    const preferred = code === undefined ? undefined : dialect.preferred(operation, code);
    const wanted = preferred && { ok: false as const, refusal: preferred };
    const proof = isProvenByBody ? undefined : dialect.authenticate(operation, incoming, noBytes);
    // Of a busy account it is known at once, and to wait for nothing costs each request a turn.
    const early = proof instanceof Promise ? await proof : proof;
    if (early && !early.ok) return answerOf(served, undefined, early);
    if (wanted && (early || dialect.heedsStrangers)) return answerOf(served, early, wanted);
    const body = bytesMax === undefined ? noBytes : await readBody(incoming.raw, bytesMax);
    if (body === "aborted") return undefined;
    if (body === "too large") return answerOf(served, early, { ok: false, refusal: dialect.tooLarge });
    const caller = early ?? (await dialect.authenticate(operation, incoming, body));
    if (!caller.ok) return answerOf(served, undefined, caller);
    if (wanted) return answerOf(served, caller, wanted);
    const request = dialect.bind(operation, incoming, caller.value, body);
    return answerOf(served, caller, request.ok ? await handler(request.value) : request);
  } catch (error) {
    if (error instanceof CallerGoneError) return undefined;
    const isGone = error instanceof StoreUnavailableError;
    return isGone ? refusalAnswer(served, dialect.unavailable) : failure(served, error);
  }
}

/** The answer, of whose refusal whoever wants to has heard. @param caller whose request it is, once that is known */
function answerOf(served: Served, caller: Accepted<unknown> | undefined, outcome: Outcome<unknown, AnyCode>): Answer {
  const { incoming, operation, dialect } = served;
  if (outcome.ok) return dialect.write(operation, outcome, incoming);
  const { refusal } = outcome;
  const { id, path, given = {} } = incoming;
  if (caller) operation.onRefused?.({ id, path, given, caller: caller.value, refusal });
  return refusalAnswer(served, refusal);
}

function failure({ incoming, operation, dialect, log }: Served, error: unknown): Answer {
  log.failed(error, { id: incoming.id, method: incoming.raw.method, operation });
  return dialect.fail(operation, incoming);
}

/** What is not documented the caller can do nothing about: the handler and the document disagree. */
function refusalAnswer(served: Served, refusal: Refusal<AnyCode>): Answer {
  const { incoming, operation, dialect, log } = served;
  const answer = dialect.refuse(operation, refusal, incoming);
  if (!answer) {
    const fault = dialect.faultOf?.(refusal) ?? new Error(`Error ${refusal.code} is not documented`);
    return failure(served, fault);
  }
  log.refused(operation, refusal.code);
  return answer;
}

/** Whether whoever asks does not wait for the answer any more, or was told that he is late. */
export function hasHungUp({ socket }: IncomingMessage): boolean {
  return socket.writable === false;
}

/** Who is behind what a request changes: a principal, and from where it comes; IPv4 is not written as IPv6. */
export function authorOf(request: Pick<IncomingMessage, "socket">, actor: string): Author {
  const address = clientAddresses.get(request) ?? request.socket.remoteAddress;
  return { actor, address: address?.replace(/^::ffff:(?=[\d.]+$)/, "") ?? null };
}

/** Notes from where a request comes that a trusted proxy has passed on. */
export function setClientAddress(request: Pick<IncomingMessage, "socket">, address: string): void {
  clientAddresses.set(request, address);
}

const clientAddresses = new WeakMap<Pick<IncomingMessage, "socket">, string>();

/** Whether the path's parameters are as the document has them. */
export function isValidPath({ raw, path }: Incoming, validate: Validator): boolean {
  const hasNull = raw.url?.includes("%00") && pathOf(raw).includes("%00");
  return !hasNull && validate(path).length === 0;
}

const noBytes = Buffer.alloc(0);

/** How long a body may be where the document says nothing of it. */
export const bytesMaxDefault = 16 * 1024;

/** What is too large is not kept, and Node discards the rest of it. Without a body there is nothing to wait for. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | "too large" | "aborted"> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (length === undefined && encoding === undefined) return Promise.resolve(noBytes);
  if (Number(length) > bytesMax) return Promise.resolve("too large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
      else resolve("too large");
    });
    request.on("end", () => {
      // Who was told that he is late, or has hung up, is not served after all.
      if (hasHungUp(request)) resolve("aborted");
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    // After "end" this changes nothing; without it the caller hung up.
    request.on("close", () => resolve("aborted"));
  });
}
