import {
  type OpenApiDocument,
  type Parameter,
  type PlacedOperation,
  type RequestBody,
  resolve,
  type Schema,
  schemaOf,
} from "@countersign/document";
import type { Compile, Validator } from "@countersign/document/validator";
import type { Outcome } from "../kernel/refusal.ts";
import type { Authenticator } from "./authenticators.ts";
import { type Errors, errorsOf } from "./errors.ts";
import { type Field, type Parsed, parseBody, parseQuery } from "./form.ts";
import { createFaultCodes, createJsonReader } from "./json.ts";
import { type Success, successOf } from "./success.ts";

/** A handler, whatever its operation. */
export type AnyHandler = (request: object) => Promise<Outcome<unknown>>;

/** An operation as a request meets it: everything that the document says is compiled. */
export interface ServedOperation {
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  /** The ways in which a caller proves who it is; undefined when it needs not. */
  ways: readonly Way[] | undefined;
  /** Whether one of the proofs is over the body. */
  isProvenByBody: boolean;
  validatePath: Validator;
  /** Absent when it takes none. */
  query: Input<string> | undefined;
  /** Absent when it takes none. */
  body: Body | undefined;
  success: Success;
  errors: Errors;
  handler: AnyHandler;
}

/** One way to prove who one is, and what one needs to be allowed then. */
interface Way {
  authenticate: Authenticator;
  scopes: readonly string[];
}

/** The body that an operation takes. */
export interface Body {
  /** By media type. */
  inputs: ReadonlyMap<string, Input>;
  /** The document's first, which tells what is missing where there is no body. */
  main: Input;
  /** Absent where it is as for all others. */
  bytesMax: number | undefined;
}

/** What an operation takes in one place and one notation. */
export interface Input<Written = Buffer> {
  /** The parameter that an error names when the fault lies in none of them: the first required one, else the first. */
  first: string;
  parse: (written: Written) => Parsed;
  validate: Validator;
  /** Which error a fault answers, by the names of the properties that it is in. */
  codeOf: (path: readonly string[]) => number;
}

/** @throws when the document asks for something that this server does not do. */
export function compileOperation(
  document: OpenApiDocument,
  compile: Compile,
  placed: PlacedOperation,
  handler: AnyHandler,
  authenticators: Readonly<Record<string, Authenticator>>,
): ServedOperation {
  const { path, method, operation, parameters } = placed;
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [Number(status), resolve(document, response)] as const,
  );
  const invalid = operation["x-invalid"] ?? 60200;
  const ways = waysOf(document, placed, authenticators);
  return {
    operationId: operation.operationId,
    method,
    path,
    ways,
    isProvenByBody: ways?.some(({ authenticate }) => authenticate.isOverBody) ?? false,
    validatePath: compile(schemaOf(inPath)),
    query: inQuery.length > 0 ? queryInput(document, compile, inQuery, invalid) : undefined,
    body: bodyOf(document, compile, placed, invalid),
    success: successOf(operation.operationId, responses),
    errors: errorsOf(
      document,
      responses.map(([, response]) => response),
    ),
    handler,
  };
}

/** Those that there is an authenticator of: an operation that is left with none is for nobody. */
function waysOf(
  document: OpenApiDocument,
  { operation }: PlacedOperation,
  authenticators: Readonly<Record<string, Authenticator>>,
): Way[] | undefined {
  const requirements = operation.security ?? document.security ?? [];
  if (requirements.length === 0) return undefined;
  return requirements.flatMap((requirement) => {
    const [[name, scopes] = ["", []], ...more] = Object.entries(requirement);
    if (more.length > 0) throw new Error(`${operation.operationId} asks for more than ${name}, which is not supported`);
    const authenticate = authenticators[name];
    return authenticate ? [{ authenticate, scopes }] : [];
  });
}

function queryInput(
  document: OpenApiDocument,
  compile: Compile,
  parameters: Parameter[],
  invalid: number,
): Input<string> {
  const fields = parameters.map(({ name, schema }) => [name, fieldOf(document, schema)] as const);
  const first = (parameters.find(({ required }) => required) ?? parameters[0])?.name ?? "";
  const form = { fields: new Map(fields), first };
  const schema = schemaOf(parameters);
  const codeOf = createFaultCodes(document, schema, invalid);
  return { first, parse: (query) => parseQuery(query, form), validate: compile(schema), codeOf };
}

function bodyOf(
  document: OpenApiDocument,
  compile: Compile,
  { operation }: PlacedOperation,
  invalid: number,
): ServedOperation["body"] {
  if (!operation.requestBody) return undefined;
  const { content } = resolve<RequestBody>(document, operation.requestBody);
  const inputs = Object.entries(content).flatMap(([type, media]): [string, Input][] => {
    const schema = resolve<Schema>(document, media.schema);
    const fields = Object.entries(schema.properties ?? {}).map(
      ([name, property]) => [name, fieldOf(document, property, media.encoding?.[name]?.contentType)] as const,
    );
    const first = schema.required?.[0] ?? fields[0]?.[0] ?? "";
    const form = { fields: new Map(fields), first };
    const readers: Record<string, Input["parse"]> = {
      "application/x-www-form-urlencoded": (body) => parseBody(body, form),
      "application/json": createJsonReader(document, media.schema, first),
    };
    const parse = readers[type];
    const codeOf = createFaultCodes(document, schema, invalid);
    return parse ? [[type, { first, parse, validate: compile(schema), codeOf }]] : [];
  });
  const [main] = inputs;
  if (!main) throw new Error(`${operation.operationId} takes neither a form nor JSON, and nothing else is supported`);
  return { main: main[1], inputs: new Map(inputs), bytesMax: operation["x-body-bytes-max"] };
}

function fieldOf(document: OpenApiDocument, schema: Schema, contentType?: string): Field {
  const { type, items } = resolve<Schema>(document, schema);
  const isArray = type === "array";
  if (contentType === "application/json") return { kind: "json", isArray };
  const { type: itemType } = isArray ? resolve<Schema>(document, items ?? {}) : { type };
  switch (itemType) {
    case "integer":
    case "number":
    case "boolean":
      return { kind: itemType, isArray };
    case "object":
      return { kind: "json", isArray };
    default:
      return { kind: "string", isArray };
  }
}
