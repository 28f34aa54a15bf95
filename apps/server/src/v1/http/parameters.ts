import {
  formOf,
  type OpenApiDocument,
  type PlacedOperation,
  resolve,
  type Schema,
  schemaOf,
} from "@countersign/document";
import type { Validator, Violation } from "@countersign/document/validator";
import { type Outcome, type Refusal, refused } from "../../kernel/refusal.ts";
import { v1Invalid } from "../handler.ts";

/** A parameter as it came: its name, and its value as text. */
export type Pair = readonly [name: string, value: string];

/** A parameter that an operation takes, in its query or its body. */
export interface V1Field {
  name: string;
  isRequired: boolean;
  kind: "string" | "integer" | "array";
  schema: Schema;
  validate: Validator;
  /** What a wrong value answers. */
  error: string;
}

/**
 * The parameters of an operation, those that it requires first. They may come in any place: clients of v1 send a body
 * with a `GET`, and a query with a `POST`.
 * @param errors the codes that the operation documents.
 */
export function v1FieldsOf(
  document: OpenApiDocument,
  compile: (schema: Schema) => Validator,
  { operation, parameters }: PlacedOperation,
  errors: { has(code: string): boolean },
): V1Field[] {
  // JSON and forms carry the same parameters; XML is them again, and its schema is a text.
  const body = resolve<Schema>(document, formOf(document, operation)?.schema ?? {});
  const query = schemaOf(parameters.filter((parameter) => parameter.in === "query"));
  const required = new Set([...(body.required ?? []), ...(query.required ?? [])]);
  const schemas = { ...query.properties, ...body.properties };
  const invalid = errors.has("60004") ? "60004" : "60002";
  return [...new Set([...required, ...Object.keys(schemas)])].map((name) => {
    const schema = resolve<Schema>(document, schemas[name] ?? {});
    return {
      name,
      isRequired: required.has(name),
      kind: kindOf(name, schema),
      schema,
      validate: compile(schema),
      error: schema["x-error"] ?? invalid,
    };
  });
}

/** The values of the parameters, or what is wrong with the first that does not fit. What the document lacks is ignored. */
export function readV1Parameters(fields: readonly V1Field[], pairs: readonly Pair[]): Outcome<object, string> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const given = pairs.flatMap(([name, value]) => (name === field.name ? [value] : []));
    const value = readValue(field, given);
    const fault = faultOf(field, given, value);
    if (fault !== undefined) return { ok: false, refusal: refusalOf(field, fault) };
    if (value !== undefined) values[field.name] = value;
  }
  return { ok: true, value: values };
}

function kindOf(name: string, { type }: Schema): V1Field["kind"] {
  if (type === "string" || type === "integer" || type === "array") return type;
  throw new Error(`The parameter ${name} is neither a text nor an integer nor a list, which is not supported`);
}

const integer = /^\s*[+-]?\d{1,15}\s*$/;

/** A text that is no integer stays one, for the fault to be found. */
function readValue({ kind }: V1Field, given: string[]): unknown {
  const [first] = given;
  if (first === undefined) return undefined;
  if (kind === "array") return given;
  return kind === "integer" && integer.test(first) ? Number(first) : first;
}

/** What is wrong with a value, in the words of the gem that the texts of v1 come from. */
function faultOf({ isRequired, kind, schema, validate }: V1Field, given: string[], value: unknown): string | undefined {
  if (value === undefined) return isRequired ? "Parameter is required" : undefined;
  if (kind !== "array" && given.length > 1) return "Parameter must be given once";
  if (kind === "integer" && typeof value === "string") return `'${oneLine(value)}' is not a valid Integer`;
  const [violation] = validate(value);
  return violation && describe(schema, violation);
}

function describe(schema: Schema, { keyword, params }: Violation): string {
  const { minimum, maximum } = schema;
  switch (keyword) {
    case "minLength":
    case "minItems":
      return "Parameter cannot be blank";
    case "maxLength":
      return `Parameter cannot have length greater than ${params.limit}`;
    case "enum":
      return `Parameter must be within [${params.allowedValues?.map((value) => `"${value}"`).join(", ")}]`;
    case "minimum":
    case "maximum":
      return `Parameter must be within ${minimum}..${maximum}`;
    default:
      return `Parameter must match format ${formatOf(schema)}`;
  }
}

function formatOf({ pattern, format, anyOf = [] }: Schema): string {
  const formats = [pattern ?? format, ...anyOf.map(({ format }) => format)].filter((name) => name !== undefined);
  return formats.map((name) => name.replace(/^ip(v\d)$/, "IP$1")).join(" or ");
}

function refusalOf({ name, error }: V1Field, fault: string): Refusal<string> {
  return error === "60004" ? v1Invalid(name, fault).refusal : refused(error).refusal;
}

const echoMax = 64;

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").slice(0, echoMax);
}
