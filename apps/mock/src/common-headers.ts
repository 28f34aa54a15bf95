import {
  errorsIn,
  type Header,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
} from "@countersign/document";
import type { Api } from "./routes.ts";

/** The headers that every answer of an API has, in lower case, with the values of the document's examples. */
export function commonHeaders(document: OpenApiDocument): Record<Api, Record<string, string>> {
  const responses: Record<Api, Record<string, string>[]> = { v1: [], v2: [] };
  for (const { operation } of operationsOf(document)) {
    const isV1 = errorsIn(document, operation.responses).some(({ api }) => api === "v1");
    for (const response of Object.values(operation.responses)) {
      responses[isV1 ? "v1" : "v2"].push(headerExamples(document, resolve<Response>(document, response)));
    }
  }
  return { v1: inAll(responses.v1), v2: inAll(responses.v2) };
}

function headerExamples(document: OpenApiDocument, { headers = {} }: Response): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, header]) => {
      const { example } = resolve<Header>(document, header);
      return example === undefined ? [] : [[name.toLowerCase(), String(example)]];
    }),
  );
}

function inAll([first = {}, ...others]: Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(Object.entries(first).filter(([name]) => others.every((headers) => name in headers)));
}
