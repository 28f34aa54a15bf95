import fc from "fast-check";
import {
  type OpenApiDocument,
  operationOf,
  type Parameter,
  type PlacedOperation,
  type RequestMedia,
  resolve,
  type Schema,
} from "./document.ts";
import { textArbitrary, valueArbitrary } from "./value-arbitrary.ts";

/** A request as `app.inject` and `fetch` take it. */
export interface GeneratedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload: Buffer;
}

type Pair = [name: string, value: string];

/**
 * Requests to an operation, from the document's own schemas: valid ones, and all kinds of broken ones.
 * @param credentials the `Authorization` header of a caller who may.
 */
export function requestArbitrary(
  document: object,
  operationId: string,
  credentials: string,
): fc.Arbitrary<GeneratedRequest> {
  const bundle = document as OpenApiDocument;
  const placed = operationOf(bundle, operationId);
  const inPath = placed.parameters.filter((parameter) => parameter.in === "path");
  const inQuery = placed.parameters.filter((parameter) => parameter.in === "query");
  return fc
    .record({
      method: methodArbitrary(placed),
      path: pathArbitrary(bundle, placed, inPath),
      query: encoded(parametersArbitrary(bundle, schemaOf(inQuery), {}, shortJunk), strangeEscapes),
      payload: bodyArbitrary(bundle, placed),
      type: mostly("application/x-www-form-urlencoded", contentTypes),
      authorization: mostly(credentials, [
        "",
        "Basic",
        "Basic !",
        `${credentials}AA`,
        credentials.slice(0, -6),
        "Bearer x",
      ]),
    })
    .map(({ method, path, query, payload, type, authorization }) => ({
      method,
      url: query.length > 0 ? `${path}?${query.toString("latin1")}` : path,
      headers: { ...(type && { "content-type": type }), ...(authorization && { authorization }) },
      payload: method === "GET" || method === "HEAD" ? Buffer.alloc(0) : payload,
    }));
}

const contentTypes = [
  "application/x-www-form-urlencoded; charset=UTF-8",
  "application/x-www-form-urlencoded;charset=latin1",
  "APPLICATION/X-WWW-FORM-URLENCODED",
  "application/json",
  "multipart/form-data; boundary=x",
  "text",
  "",
];

/** One value in most cases, and others now and then. */
function mostly<T>(usual: T, others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

function methodArbitrary({ method }: PlacedOperation): fc.Arbitrary<string> {
  return mostly(method, ["PUT", "PATCH", "OPTIONS", ...(method === "GET" ? ["HEAD"] : [])]);
}

/** Beside encoded nonsense, nonsense of encoding. None of it leads to another operation. */
function pathArbitrary(document: OpenApiDocument, { path }: PlacedOperation, parameters: Parameter[]) {
  const broken = fc.oneof(
    shortJunk.map(encodeURIComponent),
    fc.constantFrom("%", "%zz", "%ff", "%c3", "%00", "a%00b", "a%2Fb", "", "%252e", "+", "a;b"),
  );
  const values = fc.tuple(
    ...parameters.map(({ name, schema }) => {
      const valid = textArbitrary(document, schema).map((text) => encodeURIComponent(text).replaceAll("%2B", "+"));
      return fc.oneof({ weight: 6, arbitrary: valid }, { weight: 1, arbitrary: broken }).map((value) => [name, value]);
    }),
  );
  return values.map((pairs) => pairs.reduce((url, [name, value]) => url.replace(`{${name}}`, () => value ?? ""), path));
}

function bodyArbitrary(document: OpenApiDocument, { operation }: PlacedOperation): fc.Arbitrary<Buffer> {
  const { content = {} } = resolve(document, operation.requestBody ?? { content: {} }) as {
    content?: Record<string, RequestMedia>;
  };
  const media = content["application/x-www-form-urlencoded"];
  const parameters = parametersArbitrary(document, media?.schema ?? {}, media?.encoding ?? {}, junk);
  const form = encoded(parameters, ["\xff", ...strangeEscapes]);
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
  return fc.oneof({ weight: 12, arbitrary: form }, { weight: 1, arbitrary: random }, { weight: 1, arbitrary: json });
}

function schemaOf(parameters: Parameter[]): Schema {
  return { properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])) };
}

/** Parameters that fit, and then most often a fault. */
function parametersArbitrary(
  document: OpenApiDocument,
  schema: Schema,
  encoding: NonNullable<RequestMedia["encoding"]>,
  values: fc.Arbitrary<string>,
): fc.Arbitrary<Pair[]> {
  const { properties = {}, required = [] } = resolve<Schema>(document, schema);
  const fields = Object.entries(properties).map(([name, property]) => {
    const pairs = pairsArbitrary(document, name, property, encoding[name]?.contentType === "application/json");
    return fc.option(pairs, { nil: [], freq: required.includes(name) ? 30 : 1 });
  });
  const valid = fc.tuple(...fields).map((pairs) => pairs.flat());
  const faults = fc.array(faultArbitrary(Object.keys(properties), values), { maxLength: 2 });
  return fc.tuple(valid, faults).map(([pairs, changes]) => changes.reduce((all, change) => change(all), pairs));
}

function pairsArbitrary(document: OpenApiDocument, name: string, schema: Schema, isJson: boolean) {
  const { type, items = {} } = resolve<Schema>(document, schema);
  if (isJson) return valueArbitrary(document, schema).map((value): Pair[] => [[name, JSON.stringify(value)]]);
  if (type !== "array") return textArbitrary(document, schema).map((text): Pair[] => [[name, text]]);
  return fc.array(textArbitrary(document, items)).map((texts) => texts.map((text): Pair => [name, text]));
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
  fc.constantFrom(
    "",
    " ",
    "0",
    "-1",
    "007",
    "1e400",
    "NaN",
    "null",
    "TRUE",
    "[]",
    "{}",
    "\0",
    "a\0b",
    "\r\nX: y",
    "\u2028",
  ),
  fc.constantFrom(
    '{"__proto__":{"polluted":"x"}}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
    '{"a":',
    '"x"',
    '[{"sid":1}]',
  ),
  fc.constantFrom("9".repeat(400), "x".repeat(17_000), "[".repeat(5_000), `${"[".repeat(2_000)}${"]".repeat(2_000)}`),
);

/** Node reads no more than 16 KiB of address and headers. */
const shortJunk = junk.map((text) => text.slice(0, 500));

const strangeEscapes = ["%ff", "%", "%c3", "&", "&&=", "=", "%00"];

/** As a form, as a rule; now and then with an end that none has. */
function encoded(pairs: fc.Arbitrary<Pair[]>, ends: string[]): fc.Arbitrary<Buffer> {
  return fc.tuple(pairs, mostly("", ends)).map(([pairs, end]) => {
    const form = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
    return Buffer.from(form + end, "latin1");
  });
}
