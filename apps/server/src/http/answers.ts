import {
  examplesOf,
  type Header,
  type Media,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import type { Refusal } from "../kernel/refusal.ts";
import { perPart } from "./per-part.ts";

/** How an error of the document is answered. */
export interface ErrorAnswer {
  code: number;
  status: number;
  /** With `{parameter}` or `{path}` where the text differs by request. */
  message: string;
  /** The error's page in the published docs. */
  moreInfo: string;
  /** Whether `details` may tell more, and whether they tell the reason of a 404 or how long to wait. */
  details: "none" | "any" | "reason" | "wait";
  /** Those that the document shows, where it always has some. */
  shownDetails: object | undefined;
  hasRetryAfter: boolean;
  /** Whether `details` may name what was passed over in the request. */
  namesUnheeded: boolean;
  /** The headers that the document has for the answer. */
  headers: readonly string[];
  /** The value of `WWW-Authenticate`, where the document has one. */
  challenge: string | undefined;
}

/** An answer that is ready to be sent. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What every answer says: it may hold somebody's number, so nobody keeps it, and a browser takes it for nothing else. */
export const guardedHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

export type Errors = Pick<ReadonlyMap<number, ErrorAnswer>, "get" | "has">;

/** For errors whose text does not repeat the path. */
export const noPath = () => "";

export const jsonType = "application/json; charset=utf-8";
const retryAfterSecondsDefault = 1;
/** Transports sleep for `Retry-After` within the call, and then repeat it. */
const retryAfterSecondsMax = 30;

/** The v2 errors that an operation documents, by code. */
export const errorsOf = perPart(
  (document: OpenApiDocument, { responses }: Pick<Operation, "responses">): ReadonlyMap<number, ErrorAnswer> => {
    const errors = Object.values(responses).flatMap((response) => errorsIn(document, resolve(document, response)));
    return new Map(errors.map((error) => [error.code, error]));
  },
);

/** The v2 errors that any operation documents, in their plainest form, for what is refused before an operation is known. */
export function sharedErrors(document: OpenApiDocument): Errors {
  return readLate(() => {
    const all = operationsOf(document).flatMap(({ operation }) => [...errorsOf(document, operation).values()]);
    const plainLast = [...all.filter(({ details }) => details !== "none"), ...all.filter((e) => e.details === "none")];
    return new Map(plainLast.map((error) => [error.code, error]));
  });
}

/** Has errors read once one is asked for: to read those of all operations would take a good part of a start. */
export function readLate(read: () => Errors): Errors {
  let known: Errors | undefined;
  const errors = () => {
    known ??= read();
    return known;
  };
  return { get: (code) => errors().get(code), has: (code) => errors().has(code) };
}

/**
 * The answer to a refusal.
 * @param path tells the path as a message repeats it
 * @param docs where the docs are that it leads to; by default they are the published ones
 */
export function errorAnswer(
  error: ErrorAnswer,
  refusal: Omit<Refusal, "code">,
  path: () => string,
  docs?: string,
): Answer {
  const { code, status } = error;
  const moreInfo = docs === undefined ? error.moreInfo : `${docs}/errors/${code}/`;
  const message = error.message.replace(/\{(parameter|path)\}/g, (_, name) =>
    name === "path" ? path() : (refusal.parameter ?? ""),
  );
  const headers: Record<string, string> = { "content-type": jsonType };
  if (error.hasRetryAfter) addRetryAfter(headers, refusal);
  if (error.challenge !== undefined) headers["www-authenticate"] = error.challenge;
  addHeaders(headers, error.headers, refusal.headers);
  const body = { code, message, more_info: moreInfo, status, details: detailsOf(error, refusal) };
  return { status, headers, body: JSON.stringify(body) };
}

/** Adds `Retry-After` where the wait is short. */
export function addRetryAfter(headers: Record<string, string>, refusal: Pick<Refusal, "retryAfterSeconds">): void {
  const seconds = secondsToWait(refusal);
  if (seconds !== null && seconds <= retryAfterSecondsMax) headers["retry-after"] = String(seconds);
}

function secondsToWait({ retryAfterSeconds = retryAfterSecondsDefault }: Pick<Refusal, "retryAfterSeconds">) {
  return retryAfterSeconds === null ? null : Math.max(0, Math.ceil(retryAfterSeconds));
}

/** Adds those headers that the document has. */
export function addHeaders(headers: Record<string, string>, documented: readonly string[], given: Refusal["headers"]) {
  if (!given) return;
  for (const name of documented) if (given[name] !== undefined) headers[name] = given[name];
}

function detailsOf({ details, shownDetails }: ErrorAnswer, refusal: Omit<Refusal, "code">): object | undefined {
  if (details === "none") return undefined;
  if (details === "wait") return { retry_after_seconds: secondsToWait(refusal), ...refusal.details };
  return refusal.details ?? (details === "reason" ? { reason: refusal.reason ?? "unknown" } : shownDetails);
}

const errorsIn = perPart((document: OpenApiDocument, response: Response): ErrorAnswer[] => {
  const examples = examplesOf(document, response.content?.["application/json"] ?? ({} as Media)).map(
    ([, value]) => value as ExampleError,
  );
  return errorSchemas(document, response).flatMap(({ constant, schemas, ...error }) => {
    const [code, status] = [constant("code"), constant("status")];
    if (typeof code !== "number" || typeof status !== "number") return [];
    const example = examples.find((value) => value.code === code) as ExampleError;
    return {
      ...error,
      code,
      status,
      moreInfo: example.more_info,
      shownDetails: schemas.some(({ required }) => required?.includes("details")) ? example.details : undefined,
      ...detailsIn(document, schemas),
      headers: Object.keys(response.headers ?? {}),
      challenge: headerExample(document, response, "WWW-Authenticate"),
    };
  });
});

interface ExampleError {
  code?: number;
  more_info: string;
  details?: object;
}

/** The errors that a response may be, of whatever dialect, by what the document says of their properties. */
export function errorSchemas(document: OpenApiDocument, response: Response) {
  const schema = response.content?.["application/json"]?.schema;
  return (schema?.oneOf ?? (schema ? [schema] : [])).map((alternative) => {
    const schemas = withParts(document, alternative);
    const first = (read: (schema: Schema) => unknown) => schemas.map(read).find((value) => value !== undefined);
    const constant = (name: string) => first(({ properties }) => properties?.[name]?.const);
    const message = String(first((part) => part["x-message"]) ?? constant("message"));
    const isShown = first((part) => part["x-retry-after"]) !== false;
    const hasRetryAfter = isShown && response.headers?.["Retry-After"] !== undefined;
    return { schemas, constant, message, hasRetryAfter };
  });
}

function detailsIn(document: OpenApiDocument, schemas: Schema[]): Pick<ErrorAnswer, "details" | "namesUnheeded"> {
  const details = schemas.flatMap(({ properties }) => (properties?.details ? [properties.details] : []));
  const parts = details.flatMap((schema) => withParts(document, schema));
  const has = (name: string) => parts.some(({ properties }) => properties?.[name]);
  const kind = has("retry_after_seconds") ? "wait" : has("reason") ? "reason" : "any";
  return { details: details.length === 0 ? "none" : kind, namesUnheeded: has("unknown_parameters") };
}

/** What the document shows of a header that an answer always has. */
export function headerExample(document: OpenApiDocument, { headers }: Response, name: string): string | undefined {
  const header = headers?.[name];
  return header && (resolve<Header>(document, header).example as string | undefined);
}

/** How an operation's success is answered. */
export interface Success {
  status: number;
  /** The headers that the document has for it. */
  headers: readonly string[];
  /** Writes the body in the media type that the caller accepts; undefined when the answer has no body. */
  write: ((value: unknown, accept: string | undefined) => { type: string; body: string }) | undefined;
}

/** How the one success of an operation is answered. @throws when its document asks for something else */
export function successOf({ operationId }: Operation, [status, response]: readonly [number, Response]): Success {
  const types = Object.keys(response.content ?? {});
  const unknown = types.find((type) => type !== "application/json" && type !== "text/plain");
  if (unknown) throw new Error(`${operationId} answers ${unknown}, which is not supported`);
  const headers = Object.keys(response.headers ?? {});
  if (types.length === 0) return { status, headers, write: undefined };
  if (!types.includes("text/plain")) return { status, headers, write: asJson };
  return { status, headers, write: (value, accept) => (accept?.includes("json") ? asJson(value) : asText(value)) };
}

function asJson(value: unknown) {
  return { type: jsonType, body: JSON.stringify(value) };
}

/** As a form, with nothing for null. */
function asText(value: unknown) {
  const form = new URLSearchParams();
  for (const [name, part] of Object.entries(value as object)) form.append(name, String(part ?? ""));
  return { type: "text/plain; charset=utf-8", body: form.toString() };
}
