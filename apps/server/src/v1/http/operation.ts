import { type Parameter, type PlacedOperation, schemaOf } from "@countersign/document";
import type { Compile, Validator } from "@countersign/document/validator";
import { perPart } from "../../http/per-part.ts";
import { bytesMaxDefault, type Route } from "../../http/pipeline.ts";
import { handledOperations, type Shared } from "../../http/routes.ts";
import type { V1Handlers } from "../handler.ts";
import type { V1Authenticators } from "./authenticate.ts";
import { deprecationHeaders, type V1Errors, v1ErrorsOf } from "./errors.ts";
import { type V1Field, v1FieldsOf } from "./parameters.ts";

/** An operation of v1 as a request meets it: everything that the document says is compiled. */
export interface V1Operation extends Route {
  validatePath: Validator;
  fields: readonly V1Field[];
  /** How it asks for credentials. */
  credentials: keyof V1Authenticators;
  successStatus: number;
  errors: V1Errors;
  /** What every answer has. */
  headers: Readonly<Record<string, string>>;
}

/** @throws when the document asks for something that this server does not do. */
export function compileV1Operations(shared: Shared, handlers: Partial<V1Handlers>): V1Operation[] {
  return handledOperations(shared.document, handlers).map(({ placed, route, success }) => ({
    ...route,
    // A `GET` may have one, too.
    bytesMax: bytesMaxDefault,
    isProvenByBody: true,
    ...read(shared, placed),
    credentials: credentialsOf(placed),
    successStatus: success[0],
    headers: deprecationHeaders(shared.document, success[1]),
  }));
}

/** What the document says of an operation's requests, and of the errors that they may have. */
const read = perPart(({ document, compile }: Shared, placed: PlacedOperation) => {
  const errors = v1ErrorsOf(document, placed.operation);
  const inPath = placed.parameters.filter((parameter) => parameter.in === "path");
  return {
    validatePath: pathValidator(compile, inPath),
    fields: v1FieldsOf(document, compile, placed, errors),
    errors,
  };
});

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
