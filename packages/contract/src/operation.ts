import {
  errorsIn,
  examplesOf,
  type Media,
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
  type RequestBody,
  type Response,
  resolve,
  type Schema,
} from "@countersign/document";
import { type Pair, pairsOf } from "./values.ts";

/** An operation as the contract check calls it, whichever API it is of. */
export interface ContractOperation {
  operationId: string;
  summary: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  isV1: boolean;
  isSandbox: boolean;
  credentials: "basic" | "apiKey" | "signature" | "gateway" | "none";
  parameters: ContractParameter[];
  takesForm: boolean;
  /** The named examples of the form. */
  examples: { name: string; pairs: Pair[] }[];
  successStatus: number;
  errors: DocumentedError[];
}

export interface ContractParameter {
  name: string;
  place: "path" | "query" | "form";
  isRequired: boolean;
  schema: Schema;
  /** Whether its text is JSON. */
  isJson: boolean;
  isList: boolean;
  /** The document's own. */
  example: string | undefined;
}

export interface DocumentedError {
  code: number;
  status: number;
}

/** Every operation of the document, in its order. */
export function contractOperations(document: OpenApiDocument): ContractOperation[] {
  return operationsOf(document).map((placed) => contractOperation(document, placed));
}

/** Whoever calls has keys of their own. */
export function isKey(name: string): boolean {
  return ["app_api_key", "access_key", "integration_api_key", "api_key"].includes(name);
}

function contractOperation(document: OpenApiDocument, placed: PlacedOperation): ContractOperation {
  const { operation, method, path } = placed;
  const { operationId, tags = [] } = operation;
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [Number(status), resolve<Response>(document, response)] as const,
  );
  const errors = responses.flatMap(([status, { content }]) =>
    errorsIn(document, content?.["application/json"]?.schema ?? {}).map((error) => ({ ...error, status })),
  );
  const media = formOf(document, placed);
  return {
    operationId,
    summary: operation.summary ?? "",
    method,
    path,
    isV1: errors.some(({ api }) => api === "v1"),
    isSandbox: tags.includes("Sandbox"),
    credentials: credentialsOf(placed),
    parameters: [...addressParameters(document, placed), ...(media ? formParameters(document, media) : [])],
    takesForm: media !== undefined,
    examples: (media ? examplesOf(document, media) : []).map(([name, value]) => ({
      name,
      pairs: pairsOf(value as object).filter(([name]) => !isKey(name)),
    })),
    successStatus: responses.map(([status]) => status).find((status) => status < 300) ?? 200,
    errors: errors.map(({ code, status }) => ({ code, status })),
  };
}

function formOf(document: OpenApiDocument, { operation }: PlacedOperation): Media | undefined {
  if (!operation.requestBody) return undefined;
  return resolve<RequestBody>(document, operation.requestBody).content["application/x-www-form-urlencoded"];
}

function addressParameters(document: OpenApiDocument, { parameters }: PlacedOperation): ContractParameter[] {
  return parameters.flatMap((parameter) => {
    if (parameter.in !== "path" && parameter.in !== "query") return [];
    const { example } = parameter;
    const schema = resolve<Schema>(document, parameter.schema);
    return {
      name: parameter.name,
      place: parameter.in,
      isRequired: parameter.required ?? false,
      schema,
      isJson: false,
      isList: schema.type === "array",
      example: example === undefined ? undefined : String(example),
    };
  });
}

function formParameters(document: OpenApiDocument, { schema, encoding = {} }: Media): ContractParameter[] {
  const { properties = {}, required = [] } = resolve<Schema>(document, schema);
  return Object.entries(properties).map(([name, property]) => {
    const own = resolve<Schema>(document, property);
    const isJson = encoding[name]?.contentType === "application/json" || own.type === "object";
    const isList = own.type === "array";
    return {
      name,
      place: "form",
      isRequired: required.includes(name),
      schema: own,
      isJson,
      isList,
      example: undefined,
    };
  });
}

function credentialsOf({ operation: { security } }: PlacedOperation): ContractOperation["credentials"] {
  if (security === undefined) return "basic";
  const names = new Set(security.flatMap((way) => Object.keys(way)));
  if (names.has("v1Signature")) return "signature";
  if (names.has("gatewaySignature")) return "gateway";
  return names.has("v1KeyHeader") ? "apiKey" : "none";
}
