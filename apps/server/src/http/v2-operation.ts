import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import {
  createFaultCodes,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  type PlacedOperation,
  type RequestBody,
  type Requirement,
  resolve,
  type Schema,
  schemaOf,
} from "@countersign/document";
import type { Validator } from "@countersign/document/validator";
import type { Scope } from "@countersign/types";
import type { Handlers, Principal } from "../kernel/handler.ts";
import { type Errors, errorsOf, readLate, type Success, successOf } from "./answers.ts";
import { createFormReader, type Form, formOfSchema, formType, type Parsed, parseForm } from "./form.ts";
import { createJsonReader } from "./json.ts";
import { perPart } from "./per-part.ts";
import { bytesMaxDefault, type Route } from "./pipeline.ts";
import { handledOperations, type Shared } from "./routes.ts";

/** An operation as a request meets it: everything that the document says is compiled. */
export interface V2Operation extends Route {
  /** The ways in which a caller proves who it is; undefined when it needs not. */
  ways: readonly Way[] | undefined;
  /** Those by which nobody can do this, and is told so. */
  others: () => readonly Authenticator[];
  validatePath: Validator;
  /** Absent when it takes none. */
  query: Input<string> | undefined;
  /** Absent when it takes none. */
  body: Body | undefined;
  success: Success;
  errors: Errors;
}

/** One way to prove who one is, and what one needs to be allowed then. */
export interface Way {
  authenticate: Authenticator;
  scopes: readonly Scope[];
}

/** Tells in whose name a request is; nothing for missing and for wrong credentials alike. */
export interface Authenticator {
  (
    headers: IncomingHttpHeaders,
    body: Buffer,
    request: Pick<IncomingMessage, "method" | "socket">,
    path: Readonly<Record<string, string | undefined>>,
  ): Promise<Principal | undefined> | Principal | undefined;
  /** Whether the proof is over the body, which is read first then. */
  isOverBody?: boolean;
}

/** The body that an operation takes. */
export interface Body {
  /** By media type. */
  inputs: ReadonlyMap<string, Input>;
  /** The document's first, which tells what is missing where there is no body. */
  main: Input;
}

/** What an operation takes in one place and one notation. */
export interface Input<Written = Buffer> {
  /** The parameter that an error names when the fault lies in none of them: the first required one, else the first. */
  first: string;
  /** What a form cannot do without: what lacks it has an error of its own. */
  required: readonly Requirement[];
  parse: (written: Written) => Parsed;
  validate: Validator;
  properties: Schema["properties"];
  /** What would have no effect. */
  onlyWith: Schema["x-only-with"];
  /** Which error a fault answers, by the names of the properties that it is in. */
  codeOf: (path: readonly string[]) => number;
}

/** @throws when the document asks for something that this server does not do. */
export function compileV2Operations(
  shared: Shared,
  handlers: Partial<Handlers>,
  authenticators: Readonly<Record<string, Authenticator>>,
): V2Operation[] {
  const { document } = shared;
  return handledOperations(document, handlers).flatMap(({ placed, route, success }) => {
    const { operation } = placed;
    const ways = waysOf(document, operation, authenticators);
    if (ways?.length === 0) return [];
    const errors = readLate(() => errorsOf(document, operation));
    const isOther = (each: Authenticator) =>
      !each.isOverBody && !ways?.some(({ authenticate }) => authenticate === each);
    return {
      ...route,
      ways,
      others: () => (ways && errors.has(20403) ? Object.values(authenticators).filter(isOther) : []),
      isProvenByBody: ways?.some(({ authenticate }) => authenticate.isOverBody) ?? false,
      ...read(shared, placed),
      success: successOf(operation, success),
      errors,
    };
  });
}

/** What the document says of an operation's requests. */
const read = perPart((shared: Shared, { operation, parameters }: PlacedOperation) => {
  const body = bodyOf(shared, operation);
  return {
    bytesMax: body && (operation["x-body-bytes-max"] ?? bytesMaxDefault),
    validatePath: shared.compile(schemaOf(parameters.filter((parameter) => parameter.in === "path"))),
    query: queryInput(shared, operation, parameters),
    body,
  };
});

/** Those that there is an authenticator of: an operation that is left with none is for nobody. */
function waysOf(
  document: OpenApiDocument,
  operation: Operation,
  authenticators: Readonly<Record<string, Authenticator>>,
): Way[] | undefined {
  const requirements = operation.security ?? document.security ?? [];
  if (requirements.length === 0) return undefined;
  return requirements.flatMap((requirement) => {
    const [[name, scopes] = ["", []], ...more] = Object.entries(requirement);
    if (more.length > 0) throw new Error(`${operation.operationId} asks for more than ${name}, which is not supported`);
    const authenticate = authenticators[name];
    return authenticate ? [{ authenticate, scopes: scopes as Scope[] }] : [];
  });
}

function queryInput(shared: Shared, operation: Operation, all: Parameter[]): V2Operation["query"] {
  const parameters = all.filter((parameter) => parameter.in === "query");
  if (parameters.length === 0) return undefined;
  const schema = schemaOf(parameters);
  const form = formOfSchema(shared.document, schema);
  return inputOf(shared, operation, schema, { ...form, required: [] }, (query) => parseForm(query, form));
}

function bodyOf(shared: Shared, operation: Operation): Body | undefined {
  if (!operation.requestBody) return undefined;
  const { document } = shared;
  const { content } = resolve<RequestBody>(document, operation.requestBody);
  const inputs = Object.entries(content).flatMap(([type, media]): [string, Input][] => {
    const schema = resolve<Schema>(document, media.schema);
    const form = formOfSchema(document, schema, media.encoding);
    if (type === formType) return [[type, inputOf(shared, operation, schema, form, createFormReader(form))]];
    if (type !== "application/json") return [];
    const parse = createJsonReader(document, media.schema, form.first);
    return [[type, inputOf(shared, operation, schema, { ...form, required: [] }, parse)]];
  });
  const [main] = inputs;
  if (!main) throw new Error(`${operation.operationId} takes neither a form nor JSON, and nothing else is supported`);
  return { main: main[1], inputs: new Map(inputs) };
}

function inputOf<Written>(
  { document, compile }: Shared,
  operation: Operation,
  schema: Schema,
  { first, required }: Pick<Form, "first" | "required">,
  parse: Input<Written>["parse"],
): Input<Written> {
  const codeOf = createFaultCodes(document, schema, operation["x-invalid"] ?? 60200);
  return {
    first,
    required,
    parse,
    validate: compile(schema),
    properties: schema.properties,
    onlyWith: schema["x-only-with"],
    codeOf,
  };
}
