import type { OpenApiDocument } from "./document.ts";
import type { Api } from "./routes.ts";

/** The headers that every answer of an API has, in lower case, with the values of the document's examples. */
export function commonHeaders(document: OpenApiDocument): Record<Api, Record<string, string>> {
  const responses: Record<Api, Record<string, string>[]> = { v1: [], v2: [] };
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as { responses?: Record<string, unknown> }[]) {
      const api = /\/V1Error\d/.test(JSON.stringify(operation.responses ?? {})) ? "v1" : "v2";
      for (const response of Object.values(operation.responses ?? {})) {
        responses[api].push(examplesOf(document, resolve(document, response)));
      }
    }
  }
  return { v1: inAll(responses.v1), v2: inAll(responses.v2) };
}

interface Headed {
  headers?: Record<string, unknown>;
}

function examplesOf(document: OpenApiDocument, { headers = {} }: Headed): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, header]) => {
      const { example } = resolve(document, header) as { example?: unknown };
      return example === undefined ? [] : [[name.toLowerCase(), String(example)]];
    }),
  );
}

function inAll([first = {}, ...others]: Record<string, string>[]): Record<string, string> {
  return Object.fromEntries(Object.entries(first).filter(([name]) => others.every((headers) => name in headers)));
}

function resolve(document: OpenApiDocument, node: unknown): Headed {
  const [, kind = "", name = ""] =
    /^#\/components\/([^/]+)\/([^/]+)$/.exec((node as { $ref?: string }).$ref ?? "") ?? [];
  return kind ? (document.components?.[kind]?.[name] as Headed) : (node as Headed);
}
