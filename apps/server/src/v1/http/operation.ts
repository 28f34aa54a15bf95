import { type OpenApiDocument, type Parameter, type PlacedOperation, resolve, schemaOf } from "@countersign/document";
import type { Compile, Validator } from "@countersign/document/validator";
import type { V1Outcome } from "../handler.ts";
import type { V1Authenticators } from "./authenticate.ts";
import { deprecationHeaders, type V1Errors, v1ErrorsOf } from "./errors.ts";
import { type V1Field, v1FieldsOf } from "./parameters.ts";

/** A handler of v1, whatever its operation. */
export type AnyV1Handler = (request: object) => Promise<V1Outcome<object>>;

/** An operation of v1 as a request meets it: everything that the document says is compiled. */
export interface V1Operation {
  operationId: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  validatePath: Validator;
  fields: readonly V1Field[];
  /** How it asks for credentials. */
  credentials: keyof V1Authenticators;
  successStatus: number;
  errors: V1Errors;
  /** What every answer has. */
  headers: Readonly<Record<string, string>>;
  handler: AnyV1Handler;
}

/** @throws when the document asks for something that this server does not do. */
export function compileV1Operation(
  document: OpenApiDocument,
  compile: Compile,
  placed: PlacedOperation,
  handler: AnyV1Handler,
): V1Operation {
  const { path, method, operation, parameters } = placed;
  const responses = Object.entries(operation.responses).map(
    ([status, response]) => [Number(status), resolve(document, response)] as const,
  );
  const errors = v1ErrorsOf(document, responses);
  return {
    operationId: operation.operationId,
    method,
    path,
    validatePath: pathValidator(
      compile,
      parameters.filter((parameter) => parameter.in === "path"),
    ),
    fields: v1FieldsOf(document, compile, placed, new Set(errors.keys())),
    credentials: credentialsOf(placed),
    successStatus: responses.map(([status]) => status).find((status) => status < 300) ?? 200,
    errors,
    headers: deprecationHeaders(document, responses),
    handler,
  };
}

/** A number in a path comes as its digits. */
function pathValidator(compile: Compile, parameters: Parameter[]): Validator {
  const validate = compile(schemaOf(parameters));
  const integers = parameters.filter(({ schema }) => schema.type === "integer").map(({ name }) => name);
  return (path) => {
    const values = { ...(path as Record<string, unknown>) };
    for (const name of integers) if (/^\d{1,15}$/.test(String(values[name]))) values[name] = Number(values[name]);
    return validate(values);
  };
}

/** An operation that asks for none has its key in the path, or among its parameters. */
function credentialsOf({ path, operation }: PlacedOperation): keyof V1Authenticators {
  const names = new Set((operation.security ?? []).flatMap((requirement) => Object.keys(requirement)));
  if (names.has("v1Signature")) return "signature";
  if (names.has("v1KeyHeader") || path.includes("{ApiKey}")) return "apiKey";
  if (names.size === 0) return "integrationKey";
  throw new Error(`${operation.operationId} asks for ${[...names].join(", ")}, which is not supported`);
}
