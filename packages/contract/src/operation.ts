import {
  errorsIn,
  examplesOf,
  formOf,
  type Media,
  type OpenApiDocument,
  operationsOf,
  type Parameter,
  type PlacedOperation,
  type RequestBody,
  type Response,
  requirementsOf,
  resolve,
  type Schema,
} from "@countersign/document";
import { type ContractResult, emptyResult } from "./report.ts";

/** An operation as the contract check calls it, whichever API it is of. */
export interface ContractOperation {
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  isV1: boolean;
  isSandbox: boolean;
  credentials: "basic" | "integrationKey" | "apiKey" | "signature" | "gateway" | "none";
  parameters: ContractParameter[];
  takesForm: boolean;
  /** The schema of its JSON, where it takes that. */
  json: Schema | undefined;
  /** The named examples of the form, or of the JSON. */
  examples: { name: string; form: Fields; json?: unknown }[];
  successStatus: number;
  errors: DocumentedError[];
  /** What its calls come to. */
  result: ContractResult;
}

/** Its schema is resolved, and so is that of the items of a list. */
export interface ContractParameter extends Omit<Parameter, "in"> {
  place: "path" | "query" | "form";
  /** Whether its text is JSON. */
  isJson: boolean;
  /** Of a form: the error that it answers where it is missing. */
  missing?: number | undefined;
}

export interface DocumentedError {
  code: number;
  status: number;
}

/** Parameters by their names; one that is repeated has a list. */
export type Fields = Record<string, string | string[]>;

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
  const { operationId, summary = "", tags = [] } = operation;
  const errors = Object.entries(operation.responses).flatMap(([status, response]) => {
    const schema = resolve<Response>(document, response).content?.["application/json"]?.schema ?? {};
    return errorsIn(document, schema).map((error) => ({ ...error, status: Number(status) }));
  });
  const form = formOf(document, operation);
  const { content } = resolve<RequestBody>(document, operation.requestBody ?? { content: {} });
  const json = form ? undefined : content["application/json"];
  const parameters = parametersOf(document, placed, form);
  const isIntegration = parameters.some(({ name }) => name === "integration_api_key");
  return {
    operationId,
    method,
    path,
    isV1: errors.some(({ api }) => api === "v1"),
    isSandbox: tags.includes("Sandbox") || operation["x-sandbox-only"] === true,
    credentials: isIntegration ? "integrationKey" : credentialsOf(placed),
    parameters,
    takesForm: form !== undefined,
    json: json && resolve<Schema>(document, json.schema),
    examples: [
      ...(form ? examplesOf(document, form) : []).map(([name, value]) => ({ name, form: fieldsOf(value) })),
      ...(json ? examplesOf(document, json) : []).map(([name, value]) => ({ name, form: {}, json: value })),
    ],
    successStatus: Number(Object.keys(operation.responses).find((status) => status < "300") ?? 200),
    errors,
    result: emptyResult("operations", operationId, summary),
  };
}

function parametersOf(document: OpenApiDocument, { parameters }: PlacedOperation, form?: Media): ContractParameter[] {
  const schema = form ? resolve<Schema>(document, form.schema) : {};
  const { properties = {}, required = [] } = schema;
  const requirements = requirementsOf(schema);
  const inAddress = parameters.flatMap(({ in: place, ...parameter }) =>
    place === "path" || place === "query" ? [{ ...parameter, place, isJson: false }] : [],
  );
  const inForm = Object.entries(properties).map(([name, schema]) => ({
    name,
    place: "form" as const,
    required: required.includes(name),
    missing: requirements.find(({ names }) => names.includes(name))?.code,
    schema,
    isJson: form?.encoding?.[name]?.contentType === "application/json" || resolve(document, schema).type === "object",
  }));
  return [...inAddress, ...inForm].map((parameter) => {
    const { items, ...schema } = resolve<Schema>(document, parameter.schema);
    return { ...parameter, schema: { ...schema, ...(items && { items: resolve(document, items) }) } };
  });
}

/** Of an example, without keys: objects are JSON. */
function fieldsOf(example: unknown): Fields {
  const textOf = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  return Object.fromEntries(
    Object.entries(example as object)
      .filter(([name]) => !isKey(name))
      .map(([name, value]) => [name, isTexts(value) ? value : textOf(value)]),
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function credentialsOf({ operation: { security } }: PlacedOperation): ContractOperation["credentials"] {
  if (security === undefined) return "basic";
  const names = new Set(security.flatMap((way) => Object.keys(way)));
  if (names.has("basicAuth")) return "basic";
  if (names.has("v1Signature")) return "signature";
  if (names.has("gatewaySignature")) return "gateway";
  return names.has("v1KeyHeader") ? "apiKey" : "none";
}
