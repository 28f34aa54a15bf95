import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type OpenApiDocument, resolve, type Schema } from "./index.ts";

/** Tells what violates a schema, in the order of the schema; nothing when the value fits. */
export type Validator = (value: unknown) => readonly Violation[];

/** A violation as Ajv tells it. */
export interface Violation {
  /** Which part of the value it is about, as a JSON pointer. */
  instancePath: string;
  /** Which keyword of the schema it violates. */
  keyword: string;
  params: {
    limit?: number;
    allowedValues?: string[];
    missingProperty?: string;
    additionalProperty?: string;
    allowedValue?: unknown;
  };
  /** The name that it is about, where it is about one. */
  propertyName?: string;
  message?: string;
}

export type Compile = (schema: Schema) => Validator;

/**
 * Makes the function that makes validators of the document's schemas, one of each. Each is compiled when it is first
 * used, since compiling all of them would be most of the time that a start takes.
 */
export function createCompiler(document: OpenApiDocument): Compile {
  // The document's schemas were checked when it was made; the schema of schemas alone takes 60 ms to compile.
  const createAjv = () =>
    addFormats.default(new Ajv2020({ strict: false, strictNumbers: true, validateSchema: false, meta: false }));
  let ajv: ReturnType<typeof createAjv> | undefined;
  const made = new WeakMap<Schema, Validator>();
  return (given) => {
    // What is referred to from many places is compiled once.
    const schema = resolve<Schema>(document, given);
    let validate: ValidateFunction | undefined;
    const validator =
      made.get(schema) ??
      ((value) => {
        ajv ??= createAjv();
        validate ??= ajv.compile(withoutReferences(document, schema));
        return validate(value) ? [] : (validate.errors ?? []);
      });
    made.set(schema, validator);
    return validator;
  };
}

/** The property that the first violation is about, by the names of those that it is in, outermost first. */
export function faultyPath([first]: readonly Violation[]): string[] | undefined {
  if (!first) return undefined;
  const [, ...names] = first.instancePath.split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const { missingProperty, additionalProperty = missingProperty } = first.params;
  const name = first.propertyName ?? additionalProperty;
  if (name !== undefined) names.push(name);
  return names.length > 0 ? names : undefined;
}

/** Whole in itself: Ajv would read all of the document for a reference into it. No schema refers to itself. */
function withoutReferences(document: OpenApiDocument, schema: Schema): Schema {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(resolve(document, value)).map(([key, part]) => [key, copy(part)]));
  };
  return copy(schema) as Schema;
}
