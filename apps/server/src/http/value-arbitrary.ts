import fc from "fast-check";
import { type OpenApiDocument, resolve, type Schema } from "./document.ts";

/** Texts that a schema accepts, as a form or a path has them. */
export function textArbitrary(document: OpenApiDocument, schema: Schema): fc.Arbitrary<string> {
  return valueArbitrary(document, schema).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
}

/** JSON values that a schema accepts. */
export function valueArbitrary(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const own = resolve<Schema>(document, schema);
  if (own.enum) return fc.constantFrom(...own.enum);
  switch (own.type) {
    case "integer":
      return fc.integer({ min: own.minimum ?? -5, max: own.maximum ?? 5_000 });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(valueArbitrary(document, own.items ?? {}), { maxLength: 3 });
    case "object":
      return objectArbitrary(document, own);
    default:
      return stringArbitrary(own);
  }
}

function objectArbitrary(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) {
    const values =
      typeof additionalProperties === "object" ? valueArbitrary(document, additionalProperties) : fc.string();
    return fc.dictionary(fc.string({ maxLength: 20 }), values, { maxKeys: 4 });
  }
  const entries = Object.entries(properties).map(([name, property]) => [name, valueArbitrary(document, property)]);
  return fc.record(Object.fromEntries(entries), { requiredKeys: required as never[] });
}

const recipients = ["+12025550123", "+12025550199", "ada@example.com", "+15005560203", "error-60203@example.com"];

function stringArbitrary({ pattern, format, anyOf, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time")
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
  if (anyOf) return fc.oneof(fc.ipV4(), fc.ipV6());
  const plain = fc.oneof(fc.constantFrom(...recipients), fc.string({ unit: "grapheme", minLength, maxLength }));
  if (pattern === undefined) return plain;
  // fast-check cannot make texts for classes of Unicode; ASCII letters are among them.
  const ascii = pattern.replace(/\\p\{[A-Z]\w*\}/g, "a-z");
  return fc.stringMatching(new RegExp(ascii, "u")).map((text) => text.slice(0, maxLength));
}
