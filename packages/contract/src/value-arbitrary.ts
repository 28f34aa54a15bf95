import { type OpenApiDocument, resolve, type Schema } from "@countersign/document";
import fc from "fast-check";

/** What exists that a parameter of that name and schema can be, newest first. */
export type Known = (name: string, schema: Schema) => readonly string[];

/** One of the usual, and one time in `weight + 1` one of the others. */
export function usually<T>(weight: number, usual: fc.Arbitrary<T>, others: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: others });
}

/** One of the usual in most cases, and one of the others now and then. */
export function mostly<T>(usual: T[], others: T[]): fc.Arbitrary<T> {
  return usually(15, fc.constantFrom(...usual), fc.constantFrom(...others));
}

/** More often than not what exists, if anything does and the document does not list all that there can be. */
export function knownOrNew(
  document: OpenApiDocument,
  name: string,
  schema: Schema,
  known: Known,
): fc.Arbitrary<string> {
  const own = resolve<Schema>(document, schema);
  const texts = textArbitrary(document, own);
  if (own.enum) return texts;
  return fc.tuple(texts, fc.noBias(fc.nat(99)), fc.noBias(fc.nat(99))).map(([text, die, pick]) => {
    const values = known(name, own);
    return (die < 75 && values[pick % values.length]) || text;
  });
}

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
      return stringArbitrary(document, own);
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

/** Among them those that answer an error of the document. */
function recipientArbitrary({ components }: OpenApiDocument): fc.Arbitrary<string> {
  const codes = Object.keys(components.schemas).flatMap((name) => /^Error(\d{5})$/.exec(name)?.[1] ?? []);
  return fc.oneof(
    fc.constantFrom("+12025550123", "+12025550199", "+4915112345678", "ada@example.com", "Grace@Example.org"),
    fc.constantFrom(...codes).map((code) => `+150055${code}`),
    fc.constantFrom(...codes).map((code) => `error-${code}@example.com`),
  );
}

function stringArbitrary(document: OpenApiDocument, schema: Schema): fc.Arbitrary<string> {
  const { pattern, format, anyOf, minLength = 0, maxLength = 40 } = schema;
  if (format === "date-time")
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
  if (anyOf) return fc.oneof(fc.ipV4(), fc.ipV6());
  // What is called must not be anybody's: nobody listens there.
  if (format === "uri") return fc.constantFrom("http://127.0.0.1:9/hook", "https://127.0.0.1:9/hook?x=y");
  if (format === "email") return fc.constantFrom("ada@example.com", "Grace@Example.org");
  if (pattern === undefined) {
    const any = kept(`${minLength}-${maxLength}`, () => fc.string({ unit: "grapheme", minLength, maxLength }));
    if (!schema["x-pii"]?.isPii) return any;
    return usually(4, recipientArbitrary(document), any);
  }
  // fast-check cannot make texts for classes of Unicode; ASCII letters are among them.
  const ascii = pattern.replace(/\\p\{[A-Z]\w*\}/g, "a-z");
  return kept(ascii, () => fc.stringMatching(new RegExp(ascii, "u"))).map((text) => text.slice(0, maxLength));
}

/** Parameters of many operations are alike, and to make what makes their texts takes longer than a request. */
function kept(name: string, make: () => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const arbitrary = texts.get(name) ?? make();
  texts.set(name, arbitrary);
  return arbitrary;
}

const texts = new Map<string, fc.Arbitrary<string>>();
