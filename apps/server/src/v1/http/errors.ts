import {
  type Header,
  type OpenApiDocument,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import { type Answer, firstOf, headerOf, jsonType } from "../../http/errors.ts";
import type { V1Refusal } from "../handler.ts";
import { v1Xml } from "./xml-answer.ts";

/** How an error of v1 is answered. */
interface V1Error {
  code: string;
  status: number;
  /** For errors whose text differs by request, that of the document's example. */
  message: string;
  hasRetryAfter: boolean;
}

export type V1Errors = ReadonlyMap<string, V1Error>;

export type V1Format = "json" | "xml";

const retryAfterSecondsDefault = 1;

/** The v1 errors that the given responses document, by code. */
export function v1ErrorsOf(
  document: OpenApiDocument,
  responses: readonly (readonly [status: number, Response])[],
): V1Errors {
  const errors = responses.flatMap(([status, response]) => {
    const schema = response.content?.["application/json"]?.schema;
    return (schema?.oneOf ?? (schema ? [schema] : [])).flatMap((alternative): V1Error[] => {
      const schemas = withParts(document, alternative);
      const code = constantOf(schemas, "error_code");
      if (typeof code !== "string") return [];
      const message = constantOf(schemas, "message") ?? firstOf(schemas, (part) => part["x-message"]);
      const hasRetryAfter = headerOf(document, response, "Retry-After") !== undefined;
      // No text with a placeholder is answered as it stands: whoever refuses with it names the parameter.
      return [{ code, status, message: String(message), hasRetryAfter }];
    });
  });
  return new Map(errors.map((error) => [error.code, error]));
}

function constantOf(schemas: Schema[], name: string): unknown {
  return firstOf(schemas, (schema) => schema.properties?.[name]?.const);
}

/** What every answer of v1 says of its end (RFC 9745), as the document's own headers have it. */
export function deprecationHeaders(document: OpenApiDocument, responses: readonly (readonly [number, Response])[]) {
  const [, success] = responses.find(([status]) => status >= 200 && status < 300) ?? [];
  const headers = ["Deprecation", "Link"].flatMap((name) => {
    const header = success?.headers?.[name];
    const example = header && resolve<Header>(document, header).example;
    return example === undefined ? [] : [[name.toLowerCase(), String(example)] as const];
  });
  return Object.fromEntries(headers);
}

/** The answer to a refusal. */
export function v1ErrorAnswer(error: V1Error, refusal: Omit<V1Refusal, "code">, format: V1Format): Answer {
  const message = refusal.message ?? error.message;
  const answer = v1Answer(
    error.status,
    { error_code: error.code, message, errors: { message }, success: false },
    format,
  );
  const { retryAfterSeconds = error.hasRetryAfter ? retryAfterSecondsDefault : null } = refusal;
  if (retryAfterSeconds !== null) answer.headers["retry-after"] = String(Math.ceil(retryAfterSeconds));
  return answer;
}

/** A body in the format that the path asks for. */
export function v1Answer(status: number, body: object, format: V1Format): Answer {
  const isXml = format === "xml";
  return {
    status,
    headers: { "content-type": isXml ? "application/xml; charset=utf-8" : jsonType },
    body: isXml ? v1Xml(body) : JSON.stringify(body),
  };
}
