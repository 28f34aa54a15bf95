import {
  constantOf,
  type Header,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import { createCompiler, type Violation } from "@countersign/document/validator";
import { xmlValue } from "./xml-value.ts";

export { xmlValue } from "./xml-value.ts";

/**
 * Compares an answer with what the document promises of the operation.
 * @param headers with names in any case.
 * @param body its text, or JSON that is parsed already; undefined for HEAD, whose body stays away.
 * @returns the departures in words: a status or a property that is not documented, a violation of the schema, a header
 *   that is missing. None for an answer as documented.
 */
export function checkResponse(
  document: object,
  operationId: string,
  status: number,
  headers: Record<string, unknown>,
  body: unknown,
): string[] {
  const checks = checksOf(document as OpenApiDocument);
  const responses = checks.responses.get(operationId);
  if (!responses) return [`${operationId} is not an operation`];
  const response = responses[status];
  if (!response) return [`${operationId} does not document ${status}`];
  const documented = resolve<Response>(checks.document, response);
  const received = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const departures = [
    ...headerDepartures(checks, documented, received),
    ...(body === undefined ? [] : bodyDepartures(checks, documented, received.get("content-type") ?? "", body)),
  ];
  return departures.map((departure) => `${operationId} ${status}: ${departure}`);
}

type Checks = ReturnType<typeof readChecks>;

/** What the document says is read once, however many answers are checked. */
const checksOf = once(readChecks);

function readChecks(document: OpenApiDocument) {
  const compile = createCompiler(document);
  return {
    document,
    compile,
    /** By operation, then by status. */
    responses: new Map(operationsOf(document).map(({ operation: o }) => [o.operationId, o.responses])),
    headersOf: once(({ headers = {} }: Response) =>
      Object.entries(headers).map(([name, header]) => {
        const { schema, required = true } = resolve<Header>(document, header);
        return {
          name,
          key: name.toLowerCase(),
          required,
          isInteger: schema.type === "integer",
          check: compile(schema),
        };
      }),
    ),
    /** The alternatives of a schema, which may be errors, with the code of each. */
    codesOf: once((schema: Schema) => {
      const whole = resolve<Schema>(document, schema);
      return (whole.oneOf ?? [schema]).map((alternative) => {
        const parts = withParts(document, alternative);
        const code = constantOf(parts, "code") ?? constantOf(parts, "error_code");
        // The others do not fit, since they have other codes.
        return { alternative, code, fitting: alternative === schema ? schema : { ...whole, oneOf: [alternative] } };
      });
    }),
    composedOf: once((schema: Schema) => {
      const own = resolve<Schema>(document, schema);
      const alternatives = [...(own.oneOf ?? []), ...(own.anyOf ?? [])];
      return { own, all: own.allOf ?? [], alternatives: alternatives.map((part) => ({ part, check: compile(part) })) };
    }),
  };
}

function once<K extends object, V>(read: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? read(key);
    known.set(key, value);
    return value;
  };
}

function headerDepartures({ headersOf }: Checks, response: Response, received: Map<string, string>): string[] {
  return headersOf(response).flatMap(({ name, key, required, isInteger, check }) => {
    const text = received.get(key);
    if (text === undefined) return required ? `${name} is missing` : [];
    return check(isInteger && /^\d+$/.test(text) ? Number(text) : text).map(({ message }) => `${name} ${message}`);
  });
}

function bodyDepartures(checks: Checks, { content }: Response, type: string, body: unknown): string[] {
  if (!content) return body === "" || body === null ? [] : ["has a body"];
  const [mediaType = ""] = type.split(";");
  const media = content[mediaType];
  if (!media) return [`the type ${JSON.stringify(mediaType)} is not documented`];
  if (mediaType === "application/xml") return xmlDepartures(checks, content["application/json"]?.schema ?? {}, body);
  const value = mediaType === "application/json" && typeof body === "string" ? parse(body) : body;
  if (value === undefined) return ["the body is no JSON"];
  const departures = valueDepartures(checks, media.schema, value);
  return departures.length > 0 ? departures : pageDepartures(value);
}

/** Whoever follows `more_info` reads about the error that it stands beside, which has to be one. */
function pageDepartures(value: unknown): string[] {
  const { code, more_info } = Object(value) as { code?: unknown; more_info?: unknown };
  if (typeof more_info !== "string" || more_info.replace(/\/$/, "").endsWith(`/${code}`)) return [];
  return [`/more_info leads to another page than that of ${code}`];
}

/** XML says what the JSON beside it says. */
function xmlDepartures(checks: Checks, schema: Schema, body: unknown): string[] {
  try {
    const { root, value } = xmlValue(String(body));
    const expected = Object.hasOwn(value as object, "error_code") ? "errors" : "hash";
    return root === expected ? valueDepartures(checks, schema, value) : [`the root is ${root}, not ${expected}`];
  } catch (error) {
    return [`the body is no XML as Rails writes it: ${(error as Error).message}`];
  }
}

function valueDepartures(checks: Checks, schema: Schema, value: unknown): string[] {
  const named = alternativeFor(checks, schema, value);
  if (typeof named === "string") return [named];
  const violations = checks.compile(named.alternative)(value).map(describe);
  return violations.length > 0 ? violations : undeclared(checks, [named.fitting], value, "");
}

function describe({ instancePath, message, keyword, params }: Violation): string {
  const value = keyword === "const" ? `: ${JSON.stringify(params.allowedValue)}` : "";
  return `${instancePath} ${message}${value}`.trim();
}

/** Of alternatives that differ by the code of their error, the one that the body names; so it is told what is wrong. */
function alternativeFor({ codesOf }: Checks, schema: Schema, value: unknown) {
  const body = value as { code?: unknown; error_code?: unknown } | null;
  const given = body?.code ?? body?.error_code;
  const whole = { alternative: schema, fitting: schema };
  const codes = codesOf(schema);
  if (given === undefined || codes.every(({ code }) => code === undefined)) return whole;
  const [named, another] = codes.filter(({ code }) => code === given);
  if (!named) return `the code ${JSON.stringify(given)} is not documented`;
  return another ? whole : named;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The properties that none of the schemas declares. Those that declare none at all are a map of anything. */
function undeclared(checks: Checks, schemas: Schema[], value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const parts = schemas.flatMap((schema) => partsOf(checks, schema, value));
  const items = parts.flatMap((part) => part.items ?? []);
  if (Array.isArray(value)) return value.flatMap((item, index) => undeclared(checks, items, item, `${path}/${index}`));
  const isMap = !parts.some(({ properties }) => properties);
  return Object.entries(value).flatMap(([name, property]) => {
    const declared = parts.flatMap(({ properties, additionalProperties }) => {
      if (properties && Object.hasOwn(properties, name)) return properties[name] ?? [];
      return typeof additionalProperties === "object" ? additionalProperties : [];
    });
    if (declared.length === 0 && !isMap) return `${path}/${name} is not declared`;
    return undeclared(checks, declared, property, `${path}/${name}`);
  });
}

/** What applies to the value: the schema, all that it is composed of, and of its alternatives those that fit. */
function partsOf(checks: Checks, schema: Schema, value: unknown): Schema[] {
  const { own, all, alternatives } = checks.composedOf(schema);
  const fitting = alternatives.filter(({ check }) => check(value).length === 0).map(({ part }) => part);
  return [own, ...[...all, ...fitting].flatMap((part) => partsOf(checks, part, value))];
}
