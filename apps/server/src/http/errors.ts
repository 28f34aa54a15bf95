import {
  examplesOf,
  type Header,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import type { Refusal } from "../kernel/refusal.ts";

/** How an error of the document is answered. */
export interface ErrorAnswer {
  code: number;
  status: number;
  /** With `{parameter}` or `{path}` where the text differs by request. */
  message: string;
  /** The error's page. */
  moreInfo: string;
  /** Whether `details.reason` tells more. */
  hasDetails: boolean;
  hasRetryAfter: boolean;
  /** The value of `WWW-Authenticate`, where the document has one. */
  challenge: string | undefined;
}

/** An answer that is ready to be sent. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type Errors = ReadonlyMap<number, ErrorAnswer>;

/** For errors whose text does not repeat the path. */
export const noPath = () => "";

export const jsonType = "application/json; charset=utf-8";
const retryAfterSecondsDefault = 1;

/** The v2 errors that the given responses document, by code. */
export function errorsOf(document: OpenApiDocument, responses: Response[]): Errors {
  return new Map(responses.flatMap((response) => errorsOfResponse(document, response)).map((e) => [e.code, e]));
}

/** The v2 errors that any operation documents, in their plainest form, for what is refused before an operation is known. */
export function sharedErrors(document: OpenApiDocument): Errors {
  const all = operationsOf(document)
    .flatMap(({ operation }) => Object.values(operation.responses))
    .flatMap((response) => errorsOfResponse(document, resolve(document, response)));
  return new Map(all.filter(({ hasDetails }) => !hasDetails).map((error) => [error.code, error]));
}

/** The answer to a refusal. `path` tells the path as a message repeats it. */
export function errorAnswer(error: ErrorAnswer, refusal: Omit<Refusal, "code">, path: () => string): Answer {
  const { code, status, moreInfo } = error;
  const message = error.message.replace(/\{(parameter|path)\}/g, (_, name) =>
    name === "path" ? path() : (refusal.parameter ?? ""),
  );
  const headers: Record<string, string> = { "content-type": jsonType };
  if (error.hasRetryAfter || refusal.retryAfterSeconds !== undefined) {
    headers["retry-after"] = String(Math.max(0, Math.ceil(refusal.retryAfterSeconds ?? retryAfterSecondsDefault)));
  }
  if (error.challenge !== undefined) headers["www-authenticate"] = error.challenge;
  const details = error.hasDetails ? { details: { reason: refusal.reason ?? "unknown" } } : {};
  return { status, headers, body: JSON.stringify({ code, message, more_info: moreInfo, status, ...details }) };
}

function errorsOfResponse(document: OpenApiDocument, response: Response): ErrorAnswer[] {
  const json = response.content?.["application/json"];
  if (!json) return [];
  const examples = examplesOf(document, json).map(([, value]) => value);
  return (json.schema.oneOf ?? [json.schema]).flatMap((alternative) => {
    const schemas = withParts(document, alternative);
    const constant = (name: string) => firstOf(schemas, (schema) => schema.properties?.[name]?.const);
    const [code, status] = [constant("code"), constant("status")];
    if (typeof code !== "number" || typeof status !== "number") return [];
    const example = examples.find((value) => (value as { code?: number }).code === code);
    return {
      code,
      status,
      message: String(firstOf(schemas, (schema) => schema["x-message"]) ?? constant("message")),
      moreInfo: (example as { more_info: string }).more_info,
      hasDetails: schemas.some(({ properties }) => properties?.details),
      hasRetryAfter: headerOf(document, response, "Retry-After") !== undefined,
      challenge: headerOf(document, response, "WWW-Authenticate")?.example as string | undefined,
    };
  });
}

export function firstOf(schemas: Schema[], read: (schema: Schema) => unknown): unknown {
  return schemas.map(read).find((value) => value !== undefined);
}

export function headerOf(document: OpenApiDocument, { headers }: Response, name: string): Header | undefined {
  const header = headers?.[name];
  return header && resolve(document, header);
}
