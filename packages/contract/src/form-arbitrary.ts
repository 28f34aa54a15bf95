import {
  formOf,
  type Media,
  type OpenApiDocument,
  type Operation,
  type RequestBody,
  resolve,
  type Schema,
  withoutEffect,
} from "@countersign/document";
import fc from "fast-check";
import { type Known, knownOrNew, mostly, textArbitrary, usually, valueArbitrary } from "./value-arbitrary.ts";

type Pair = [name: string, text: string];

/** Node reads no more than 16 KiB of address and headers. */
const queryTextMax = 1_000;

/** Parameters in a query, and now and then what no query ends with. */
export function queryArbitrary(document: OpenApiDocument, schema: Schema, known: Known): fc.Arbitrary<string> {
  const pairs = pairsArbitrary(document, { schema }, known);
  return fc.tuple(pairs, spaces, mostly([""], strangeEnds)).map(([pairs, space, end]) => {
    const short = pairs.map(([name, text]): Pair => [name, text.slice(0, queryTextMax)]);
    return encode(short, space) + end;
  });
}

/** Parameters in one of the media types that the operation takes, and now and then what is none of it. */
export function bodyArbitrary(document: OpenApiDocument, operation: Operation, known: Known) {
  const { content } = resolve<RequestBody>(document, operation.requestBody ?? { content: {} });
  const types = [...new Set(["application/x-www-form-urlencoded", ...Object.keys(content)])];
  const form = formOf(document, operation);
  const { schema } = content["application/json"] ?? {};
  if (schema && !form) return jsonArbitrary(document, schema, known);
  const pairs = pairsArbitrary(document, form ?? { schema: {} }, known);
  const encoded = fc
    .tuple(fc.constantFrom(...types), pairs, spaces, fc.boolean(), mostly([""], ["\xff", ...strangeEnds]))
    .map(([type, pairs, space, isTyped, end]) => {
      const text = write[type]?.(pairs, space, isTyped) + end;
      return { type, payload: Buffer.from(text, "latin1") };
    });
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
  return usually(14, encoded, fc.record({ type: fc.constantFrom(...types), payload: fc.oneof(random, json) }));
}

/** JSON that fits, in either spelling, and now and then with something else in it, or what is none. */
function jsonArbitrary(document: OpenApiDocument, schema: Schema, known: Known) {
  const own = resolve<Schema>(document, schema);
  const names = Object.keys(own.properties ?? {});
  const texts = Object.entries(own.properties ?? {}).filter(([, each]) => resolve(document, each).type !== "array");
  const knownTexts = fc.tuple(
    ...texts.map(([name, each]) => {
      const isText = resolve(document, each).type === "string";
      return knownOrNew(document, name, each, known).map((text) => [name, isText ? text : JSON.parse(text)]);
    }),
  );
  const fitting = fc.tuple(valueArbitrary(document, own), knownTexts, fc.boolean()).map(([value, pairs, isCamel]) => {
    const there = pairs.filter(([name]) => Object.hasOwn(value as object, name ?? ""));
    const whole = { ...(value as object), ...Object.fromEntries(there) };
    return isCamel
      ? JSON.parse(JSON.stringify(whole).replaceAll(/_([a-z])(?=\w*":)/g, (_, x) => x.toUpperCase()))
      : whole;
  });
  const fault = fc.tuple(fc.constantFrom(...names, "__proto__", "constructor", ""), fc.jsonValue());
  const spoiltJson = fc.tuple(fitting, fault).map(([value, [name, part]]) => ({ ...value, [name]: part }));
  const payloads = [usually(4, fitting, spoiltJson).map((value) => JSON.stringify(value)), junk];
  return usually(14, ...(payloads as [fc.Arbitrary<string>, fc.Arbitrary<string>])).map((text) => ({
    type: "application/json",
    payload: Buffer.from(text),
  }));
}

const strangeEnds = ["%ff", "%", "%c3", "&", "&&=", "=", "%00"];
const spaces = fc.constantFrom("%20", "+");

/** By media type, as Latin-1 texts of UTF-8. */
const write: Record<string, (pairs: Pair[], space: string, isTyped: boolean) => string> = {
  "application/x-www-form-urlencoded": encode,
  "application/json": (pairs, _, isTyped) => latin1(JSON.stringify(objectOf(pairs, isTyped))),
  "application/xml": (pairs, _, isTyped) => latin1(xmlOf(pairs, isTyped)),
};

function encode(pairs: Pair[], space: string): string {
  const form = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
  return form.replaceAll("%20", space);
}

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** What is repeated becomes a list. */
function objectOf(pairs: Pair[], isTyped: boolean): Record<string, unknown> {
  const lists = new Map<string, unknown[]>();
  for (const [name, text] of pairs) {
    const value = isTyped && /^(true|false|[1-9]\d{0,14})$/.test(text) ? JSON.parse(text) : text;
    lists.set(name, [...(lists.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...lists].map(([name, list]) => [name, list.length > 1 || name.endsWith("[]") ? list : list[0]]),
  );
}

/** Not well-formed for names and texts that XML does not have. */
function xmlOf(pairs: Pair[], hasDashes: boolean): string {
  const elements = pairs.map(([name, text]) => {
    const tag = hasDashes ? name.replaceAll("_", "-") : name;
    return `<${tag}>${text.replace(/[&<]/g, (character) => `&#${character.charCodeAt(0)};`)}</${tag}>`;
  });
  return `<hash>${elements.join("")}</hash>`;
}

/** The parameters of a form or a query: those that fit, and now and then a fault or two. */
function pairsArbitrary(document: OpenApiDocument, { schema, encoding }: Media, known: Known): fc.Arbitrary<Pair[]> {
  const { properties = {}, required = [], "x-only-with": rules } = resolve<Schema>(document, schema);
  const fields = Object.entries(properties).map(([name, property]) => {
    const isJson = encoding?.[name]?.contentType === "application/json";
    const texts = isJson
      ? valueArbitrary(document, property).map((value) => [JSON.stringify(value)])
      : textsArbitrary(document, name, property, known);
    return fc.tuple(texts, fc.noBias(fc.nat(99))).map(([texts, die]) => (percent: number): Pair[] => {
      const isKnown = !isJson && known(name, resolve(document, property)).length > 0;
      const isThere = die < (required.includes(name) ? 97 : isKnown ? Math.max(percent, 70) : percent);
      return isThere ? texts.map((text) => [name, text]) : [];
    });
  });
  const fault = fc.record({
    kind: fc.constantFrom("added", "replaced", "removed", "doubled", "flooded"),
    name: fc.constantFrom(
      ...Object.keys(properties),
      "__proto__",
      "constructor",
      "toString",
      "__proto__[polluted]",
      "",
    ),
    text: junk,
    count: fc.integer({ min: 60, max: 70 }),
  });
  // How many of the optional parameters are there; of those that something is known for there are more.
  const percent = usually(6, fc.constant(3), fc.constant(50));
  const any = fc.tuple(percent, ...fields).map(([percent, ...fields]) => fields.flatMap((pairsOf) => pairsOf(percent)));
  const faults = fc.array(fault, { minLength: 1, maxLength: 2 });
  return usually(
    4,
    any.map((pairs) => effective(rules, pairs)),
    fc.tuple(any, faults).map(([pairs, faults]) => faults.reduce(spoilt, pairs)),
  );
}

/** Without what nothing would follow from beside the others. */
function effective(rules: Schema["x-only-with"], pairs: Pair[]): Pair[] {
  const vain = withoutEffect(rules, Object.fromEntries(pairs));
  return vain
    ? effective(
        rules,
        pairs.filter(([name]) => name !== vain.parameter),
      )
    : pairs;
}

/** As many as the parameter may be repeated. */
function textsArbitrary(document: OpenApiDocument, name: string, schema: Schema, known: Known) {
  const { type, items = {}, minItems = 0 } = resolve<Schema>(document, schema);
  if (type === "array") return fc.array(textArbitrary(document, items), { minLength: minItems });
  return knownOrNew(document, name, schema, known).map((text) => [text]);
}

function spoilt(pairs: Pair[], fault: { kind: string; name: string; text: string; count: number }): Pair[] {
  const { kind, name, text, count } = fault;
  switch (kind) {
    case "added":
      return [...pairs, [name, text]];
    case "replaced":
      return pairs.map((pair) => (pair[0] === name ? [name, text] : pair));
    case "removed":
      return pairs.filter((pair) => pair[0] !== name);
    case "doubled":
      return [...pairs, ...pairs];
    default:
      return [...pairs, ...Array.from({ length: count }, (_, index): Pair => [`x${index}`, ""])];
  }
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
