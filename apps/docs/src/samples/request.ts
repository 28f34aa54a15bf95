import type { OpenApiDocument, Parameter, PlacedOperation, RequestBody } from "@countersign/document";
import { examplesOf, resolve } from "@countersign/document";

/** One call of an operation, as its first examples make it. Every sample is written from this. */
export interface SampleRequest {
  operationId: string;
  method: "GET" | "POST" | "DELETE";
  /** As the document has it, with its `{names}`. */
  path: string;
  /** The whole address, without the query. */
  url: string;
  baseUrl: string;
  pathParameters: Fields;
  query: Fields;
  body: Fields | undefined;
  /** Whether the body is JSON. */
  isJson: boolean;
  /** The query parameters that are points in time. */
  dates: string[];
  access: Access;
  /** Whether the answer has a body. */
  isAnswered: boolean;
}

export type Fields = Record<string, unknown>;

/**
 * How a call proves who makes it: v2's basic authentication, v1's key, a v1 Dashboard signature, a gateway's signature, or
 * not by a header.
 */
export type Access = "basic" | "key" | "signature" | "gateway" | "none";

const accessByScheme: Record<string, Access> = {
  basicAuth: "basic",
  v1KeyHeader: "key",
  v1Signature: "signature",
  gatewaySignature: "gateway",
};

/** The call that the samples of an operation make. */
export function sampleRequest(document: OpenApiDocument, placed: PlacedOperation): SampleRequest {
  const { path, method, operation, parameters } = placed;
  const query = shownInQuery(parameters.filter((parameter) => parameter.in === "query"));
  const pathParameters = valuesOf(parameters.filter((parameter) => parameter.in === "path"));
  const baseUrl = document.servers[0]?.url ?? "";
  return {
    operationId: operation.operationId,
    method: method as SampleRequest["method"],
    path,
    url: baseUrl + path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(pathParameters[name]))),
    baseUrl,
    pathParameters,
    query: valuesOf(query),
    body: bodyExample(document, operation.requestBody),
    isJson: operation.requestBody !== undefined && mediaOf(document, operation.requestBody)[0] === "application/json",
    dates: query.filter((parameter) => parameter.schema.format === "date-time").map((parameter) => parameter.name),
    access: accessOf(operation.security ?? document.security ?? []),
    isAnswered: !("204" in operation.responses),
  };
}

/** What a sample calls the answer: the noun of the operation, `verificationCheck` for `createVerificationCheck`. */
export function resultName(operationId: string): string {
  return operationId.replace(/^[a-z]+([A-Z])/, (_, first: string) => first.toLowerCase());
}

/** The fields, or `undefined` where none has a value. */
export function orNothing(fields: Fields): Fields | undefined {
  return Object.values(fields).some((value) => value !== undefined) ? fields : undefined;
}

/** The required parameters. Where there is only a choice of optional ones, the first of them, to show where they go. */
function shownInQuery(parameters: Parameter[]): Parameter[] {
  const required = parameters.filter((parameter) => parameter.required);
  return required.length === 0 && parameters.length > 1 ? parameters.slice(0, 1) : required;
}

function valuesOf(parameters: Parameter[]): Fields {
  return Object.fromEntries(
    parameters.map(({ name, example }) => {
      if (example === undefined) throw new Error(`The parameter ${name} has no example`);
      return [name, example];
    }),
  );
}

/** The first media type, which is the form where there is one. */
function mediaOf(document: OpenApiDocument, requestBody: NonNullable<PlacedOperation["operation"]["requestBody"]>) {
  return Object.entries(resolve<RequestBody>(document, requestBody).content)[0] ?? ([undefined, undefined] as const);
}

/** The first example of that. */
function bodyExample(document: OpenApiDocument, requestBody: PlacedOperation["operation"]["requestBody"]) {
  if (!requestBody) return undefined;
  const [, media] = mediaOf(document, requestBody);
  const [example] = media ? examplesOf(document, media) : [];
  if (!example) throw new Error("A request body has no example");
  return example[1] as Fields;
}

function accessOf(security: Record<string, string[]>[]): Access {
  const schemes = security.flatMap((requirement) => Object.keys(requirement));
  return schemes.map((scheme) => accessByScheme[scheme]).find((access) => access !== undefined) ?? "none";
}
