import {
  examplesOf,
  type Header,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type PlacedOperation,
  type RequestBody,
  type Response,
  resolve,
  type SecurityScheme,
} from "@countersign/document";

/** An operation as its document states it, with references resolved one level deep. For tests and benchmarks. */
export interface Documented {
  id: string;
  method: string;
  isSecured: boolean;
  answers: DocumentedAnswer[];
  /** Valid requests, one for each request example, or the one that the parameters' examples make. */
  requests(format?: string): DocumentedRequest[];
}

interface DocumentedAnswer {
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
  return operationsOf(document).map((placed) => {
    const { method, operation } = placed;
    const schemes = schemesOf(document, operation);
    return {
      id: operation.operationId,
      method,
      isSecured: schemes.length > 0,
      answers: Object.entries(operation.responses).map(([status, response]) =>
        answerOf(document, status, resolve<Response>(document, response)),
      ),
      requests: (format = "json") =>
        bodiesOf(document, operation).map(({ name, mediaType, text }) => ({
          name,
          method,
          target: targetOf(placed, format),
          headers: { ...credentials(schemes), ...(mediaType && { "content-type": mediaType }) },
          body: text,
        })),
    };
  });
}

function answerOf(document: OpenApiDocument, status: string, response: Response): DocumentedAnswer {
  const { headers = {}, content = {} } = response;
  return {
    status: Number(status),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [name, resolve<Header>(document, header).example]),
    ),
    contents: Object.entries(content).map(([mediaType, media]) => ({
      mediaType,
      schema: media.schema,
      examples: examplesOf(document, media),
    })),
  };
}

function bodiesOf(document: OpenApiDocument, { requestBody }: Operation) {
  if (!requestBody) return [{ name: "parameters", mediaType: undefined, text: undefined }];
  return Object.entries(resolve<RequestBody>(document, requestBody).content).flatMap(([mediaType, media]) =>
    examplesOf(document, media).map(([name, value]) => ({
      name: `${mediaType} ${name}`,
      mediaType,
      text: encoded(mediaType, value),
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

function targetOf({ path, parameters }: PlacedOperation, format: string): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name) =>
    name === "format" ? format : encodeURIComponent(String(parameters.find((p) => p.name === name)?.example)),
  );
  const query = parameters
    .filter((p) => p.in === "query" && p.required)
    .map((p): [string, string] => [p.name, String(p.example)]);
  return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** The schemes of the first way to authenticate. */
function schemesOf(document: OpenApiDocument, operation: Operation): SecurityScheme[] {
  const [first = {}] = operation.security ?? document.security ?? [];
  return Object.keys(first).flatMap((name) => document.components.securitySchemes?.[name] ?? []);
}

function credentials(schemes: SecurityScheme[]): Record<string, string> {
  return Object.fromEntries(
    schemes.map((scheme) =>
      scheme.type === "apiKey"
        ? [scheme.name?.toLowerCase(), "sandbox"]
        : ["authorization", `Basic ${btoa("AC00000000000000000000000000000001:sandbox")}`],
    ),
  );
}
