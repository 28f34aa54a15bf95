import { type Media, type OpenApiDocument, resolve, type Schema } from "@countersign/document";
import fc from "fast-check";
import type { Pair } from "./body-arbitrary.ts";
import { type Known, knownOr, textArbitrary, valueArbitrary } from "./value-arbitrary.ts";

interface FormOptions {
  schema: Schema;
  encoding?: Media["encoding"];
  known: Known;
  /** Whether it stands in the address: Node reads no more than 16 KiB of address and headers. */
  isQuery: boolean;
}

/** The parameters of a form or a query: those that fit, and now and then a fault or two. */
export function pairsArbitrary(document: OpenApiDocument, options: FormOptions): fc.Arbitrary<Pair[]> {
  const { properties = {} } = resolve<Schema>(document, options.schema);
  const values = options.isQuery ? junk.map((text) => text.slice(0, 500)) : junk;
  const faults = fc.array(faultArbitrary(Object.keys(properties), values), { minLength: 1, maxLength: 2 });
  return fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: parametersArbitrary(document, options, 3) },
        { weight: 1, arbitrary: parametersArbitrary(document, options, 50) },
      ),
      fc.oneof({ weight: 4, arbitrary: fc.constant<Change[]>([]) }, { weight: 1, arbitrary: faults }),
    )
    .map(([pairs, changes]) => changes.reduce((all, change) => change(all), pairs));
}

/** @param percent of the optional parameters that are there; more of those that something is known for. */
function parametersArbitrary(
  document: OpenApiDocument,
  { schema, encoding = {}, known }: FormOptions,
  percent: number,
): fc.Arbitrary<Pair[]> {
  const { properties = {}, required = [] } = resolve<Schema>(document, schema);
  const fields = Object.entries(properties).map(([name, property]) => {
    const isJson = encoding[name]?.contentType === "application/json";
    const pairs = isJson
      ? valueArbitrary(document, property).map((value): Pair[] => [[name, JSON.stringify(value)]])
      : textsArbitrary(document, name, property, known).map((texts) => texts.map((text): Pair => [name, text]));
    return fc.tuple(pairs, fc.noBias(fc.nat(99))).map(([present, die]) => {
      const isKnown = !isJson && known(name, resolve(document, property)).length > 0;
      return die < (required.includes(name) ? 97 : isKnown ? Math.max(percent, 70) : percent) ? present : [];
    });
  });
  return fc.tuple(...fields).map((pairs) => pairs.flat());
}

/** As many as the parameter may be repeated. */
function textsArbitrary(document: OpenApiDocument, name: string, schema: Schema, known: Known) {
  const { type, items = {}, minItems = 0 } = resolve<Schema>(document, schema);
  if (type === "array") return fc.array(textArbitrary(document, items), { minLength: minItems });
  return knownOr(known, name, resolve(document, schema), textArbitrary(document, schema)).map((text) => [text]);
}

type Change = (pairs: Pair[]) => Pair[];

function faultArbitrary(names: string[], values: fc.Arbitrary<string>): fc.Arbitrary<Change> {
  const name = fc.constantFrom(...names, "__proto__", "constructor", "toString", "__proto__[polluted]", "");
  return fc.oneof(
    fc.tuple(name, values).map(
      ([name, value]): Change =>
        (pairs) => [...pairs, [name, value]],
    ),
    fc.tuple(name, values).map(
      ([name, value]): Change =>
        (pairs) =>
          pairs.map((pair) => (pair[0] === name ? [name, value] : pair)),
    ),
    name.map(
      (name): Change =>
        (pairs) =>
          pairs.filter((pair) => pair[0] !== name),
    ),
    fc.constant<Change>((pairs) => [...pairs, ...pairs]),
    fc.integer({ min: 60, max: 70 }).map(
      (count): Change =>
        (pairs) => [...pairs, ...filler(count)],
    ),
  );
}

function filler(count: number): Pair[] {
  return Array.from({ length: count }, (_, index) => [`x${index}`, ""]);
}

const junk = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", " ", "0", "-1", "007", "1e400", "NaN", "null", "TRUE", "[]", "{}"),
  fc.constantFrom("\0", "a\0b", "\r\nX: y", "\u2028"),
  fc.constantFrom(
    '{"__proto__":{"polluted":"x"}}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
    '{"a":',
    '"x"',
    '[{"sid":1}]',
  ),
  fc.constantFrom("9".repeat(400), "[".repeat(5_000), `${"[".repeat(2_000)}${"]".repeat(2_000)}`),
  // About as large as a body may be.
  fc.integer({ min: 16_200, max: 17_000 }).map((length) => "x".repeat(length)),
);
