import { type OpenApiDocument, type Operation, type Response, resolve } from "@countersign/document";
import { type Answer, addRetryAfter, errorSchemas, headerExample, jsonType } from "../../http/answers.ts";
import type { Incoming } from "../../http/pipeline.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { v1Xml } from "./xml.ts";

/** How an error of v1 is answered. */
export interface V1Error {
  code: string;
  status: number;
  /** For errors whose text differs by request, that of the document's example: whoever refuses has a text of his own. */
  message: string;
  hasRetryAfter: boolean;
}

export type V1Errors = ReadonlyMap<string, V1Error>;

/** The v1 errors that an operation documents, by code. */
export function v1ErrorsOf(document: OpenApiDocument, { responses }: Pick<Operation, "responses">): V1Errors {
  const errors = Object.entries(responses).flatMap(([status, response]) =>
    errorSchemas(document, resolve(document, response)).flatMap(({ constant, message, hasRetryAfter }): V1Error[] => {
      const code = constant("error_code");
      return typeof code === "string" ? [{ code, status: Number(status), message, hasRetryAfter }] : [];
    }),
  );
  return new Map(errors.map((error) => [error.code, error]));
}

/** What every answer of v1 says of its end (RFC 9745), as the document's own headers have it. */
export function deprecationHeaders(document: OpenApiDocument, success: Response): V1Dressing["headers"] {
  const headers = ["Deprecation", "Link"].map((name) => [name.toLowerCase(), headerExample(document, success, name)]);
  return Object.fromEntries(headers.filter(([, example]) => example !== undefined));
}

/** What dresses every answer of an operation. */
interface V1Dressing {
  headers: Readonly<Record<string, string>>;
}

/** The answer to a refusal. */
export function v1ErrorAnswer(
  operation: V1Dressing,
  error: V1Error,
  refusal: Omit<Refusal<string>, "code">,
  path: Incoming["path"],
): Answer {
  const { code, status } = error;
  const message = refusal.message ?? error.message;
  const body = { error_code: code, message, errors: { message }, success: false };
  const answer = v1Answer(operation, status, body, path);
  // The store that is gone for a moment is told with an error that has no wait of its own.
  if (error.hasRetryAfter || refusal.retryAfterSeconds) addRetryAfter(answer.headers, refusal);
  return answer;
}

/** A body in the format that the path asks for. */
export function v1Answer({ headers }: V1Dressing, status: number, body: object, path: Incoming["path"]): Answer {
  const isXml = path.format === "xml";
  return {
    status,
    headers: { "content-type": isXml ? "application/xml; charset=utf-8" : jsonType, ...headers },
    body: isXml ? v1Xml(body) : JSON.stringify(body),
  };
}
