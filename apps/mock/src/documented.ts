import type { OpenApiDocument } from "./document.ts";

/** An operation as its document states it, with references resolved one level deep. For tests and benchmarks. */
export interface Documented {
  id: string;
  method: string;
  isSecured: boolean;
  answers: DocumentedAnswer[];
  /** Valid requests, one for each request example, or the one that the parameters' examples make. */
  requests(format?: string): DocumentedRequest[];
}

export interface DocumentedAnswer {
  status: number;
  headers: Record<string, unknown>;
  contents: { mediaType: string; schema: object; examples: [name: string, value: unknown][] }[];
}

export interface DocumentedRequest {
  name: string;
  method: string;
  /** Path and query. */
  target: string;
  headers: Record<string, string>;
  body: string | undefined;
}

export function documentedOperations(document: OpenApiDocument): Documented[] {
  const at = <T>(value: unknown) => resolve(document, value) as T;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    ["get", "post", "put", "patch", "delete"].flatMap((method) => {
      const operation = item[method] as RawOperation | undefined;
      if (!operation) return [];
      const parameters = [...((item.parameters as unknown[]) ?? []), ...(operation.parameters ?? [])].map(
        at<Parameter>,
      );
      const schemes = schemesOf(document, operation);
      return [
        {
          id: operation.operationId,
          method: method.toUpperCase(),
          isSecured: schemes.length > 0,
          answers: Object.entries(operation.responses).map(([status, response]) => answerOf(at, status, response)),
          requests: (format = "json") =>
            bodiesOf(at, operation).map(({ name, mediaType, text }) => ({
              name,
              method: method.toUpperCase(),
              target: targetOf(path, parameters, format),
              headers: { ...credentials(schemes), ...(mediaType && { "content-type": mediaType }) },
              body: text,
            })),
        },
      ];
    }),
  );
}

type At = <T>(value: unknown) => T;

interface RawOperation {
  operationId: string;
  parameters?: unknown[];
  security?: Record<string, unknown>[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  example?: unknown;
}

interface Media {
  schema: object;
  examples?: Record<string, unknown>;
}

interface Scheme {
  type: string;
  in?: string;
  name?: string;
}

function answerOf(at: At, status: string, response: unknown): DocumentedAnswer {
  const { headers = {}, content = {} } = at<{ headers?: Record<string, unknown>; content?: Record<string, Media> }>(
    response,
  );
  return {
    status: Number(status),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [name, at<{ example?: unknown }>(header).example]),
    ),
    contents: Object.entries(content).map(([mediaType, { schema, examples = {} }]) => ({
      mediaType,
      schema,
      examples: Object.entries(examples).map(([name, example]) => [name, at<{ value: unknown }>(example).value]),
    })),
  };
}

function bodiesOf(at: At, { requestBody }: RawOperation) {
  if (!requestBody) return [{ name: "parameters", mediaType: undefined, text: undefined }];
  return Object.entries(at<{ content: Record<string, Media> }>(requestBody).content).flatMap(([mediaType, media]) =>
    Object.entries(media.examples ?? {}).map(([name, example]) => ({
      name: `${mediaType} ${name}`,
      mediaType,
      text: encoded(mediaType, at<{ value: unknown }>(example).value),
    })),
  );
}

/** As the official SDK encodes it: repeated fields, objects as JSON. */
function encoded(mediaType: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (mediaType === "application/json") return JSON.stringify(value);
  const pairs = Object.entries(value as object).flatMap(([name, member]) =>
    [member]
      .flat()
      .map((item): [string, string] => [name, typeof item === "object" ? JSON.stringify(item) : String(item)]),
  );
  return new URLSearchParams(pairs).toString();
}

function targetOf(path: string, parameters: Parameter[], format: string): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name) =>
    name === "format" ? format : encodeURIComponent(String(parameters.find((p) => p.name === name)?.example)),
  );
  const query = parameters
    .filter((p) => p.in === "query" && p.required)
    .map((p): [string, string] => [p.name, String(p.example)]);
  return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** The schemes of the first way to authenticate. */
function schemesOf(
  document: OpenApiDocument & { security?: Record<string, unknown>[] },
  operation: RawOperation,
): Scheme[] {
  const [first = {}] = operation.security ?? document.security ?? [];
  return Object.keys(first).map((name) => document.components?.securitySchemes?.[name] as Scheme);
}

function credentials(schemes: Scheme[]): Record<string, string> {
  return Object.fromEntries(
    schemes.map((scheme) =>
      scheme.type === "apiKey"
        ? [scheme.name?.toLowerCase(), "sandbox"]
        : ["authorization", `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`],
    ),
  );
}

function resolve(document: OpenApiDocument, value: unknown): unknown {
  const { $ref } = value as { $ref?: string };
  if (!$ref) return value;
  const keys = $ref
    .slice(2)
    .split("/")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  return resolve(
    document,
    keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document),
  );
}
