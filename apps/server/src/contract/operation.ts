import {
  type Example,
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
  type RequestMedia,
  type Response,
  resolve,
  type Schema,
} from "../http/document.ts";
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
const keyNames = new Set(["app_api_key", "access_key", "integration_api_key", "api_key"]);

function contractOperation(document: OpenApiDocument, placed: PlacedOperation): ContractOperation {
  const { operation, method, path } = placed;
  const { operationId, tags = [] } = operation;
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [Number(status), resolve<Response>(document, response)] as const,
  );
  const errors = responses.flatMap(([status, response]) => errorsOf(response, status));
  const media = formOf(document, placed);
  return {
    operationId,
    summary: (operation as { summary?: string }).summary ?? "",
    method,
    path,
    isV1: errors.some(({ isV1 }) => isV1),
    isSandbox: tags.includes("Sandbox"),
    credentials: credentialsOf(placed),
    parameters: [...addressParameters(document, placed), ...(media ? formParameters(document, media) : [])],
    takesForm: media !== undefined,
    examples: Object.entries(media?.examples ?? {}).map(([name, example]) => ({
      name,
      pairs: pairsOf(resolve<Example>(document, example).value as object).filter(([name]) => !keyNames.has(name)),
    })),
    successStatus: responses.map(([status]) => status).find((status) => status < 300) ?? 200,
    errors: errors.map(({ code, status }) => ({ code, status })),
  };
}

/** The errors that a response names by the references to their schemas. */
function errorsOf({ content }: Response, status: number): (DocumentedError & { isV1: boolean })[] {
  const schema = content?.["application/json"]?.schema;
  return (schema?.oneOf ?? (schema ? [schema] : [])).flatMap(({ $ref, allOf = [] }) =>
    [$ref, ...allOf.map((part) => part.$ref)].flatMap((reference) => {
      const [, v1, code] = /\/(V1)?Error(\d{5})$/.exec(reference ?? "") ?? [];
      return code ? [{ code: Number(code), status, isV1: v1 !== undefined }] : [];
    }),
  );
}

function formOf(document: OpenApiDocument, { operation }: PlacedOperation): RequestMedia | undefined {
  if (!operation.requestBody) return undefined;
  const { content } = resolve<{ content: Record<string, RequestMedia> }>(document, operation.requestBody);
  return content["application/x-www-form-urlencoded"];
}

function addressParameters(document: OpenApiDocument, { parameters }: PlacedOperation): ContractParameter[] {
  return parameters.flatMap((parameter) => {
    if (parameter.in !== "path" && parameter.in !== "query") return [];
    const { example } = parameter as { example?: unknown };
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

function formParameters(document: OpenApiDocument, { schema, encoding = {} }: RequestMedia): ContractParameter[] {
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
