import {
  type Header,
  type OpenApiDocument,
  operationsOf,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import { createCompiler, type Validator } from "@countersign/document/validator";
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
  const documented = responses[status];
  if (!documented) return [`${operationId} does not document ${status}`];
  const received = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const departures = [
    ...headerDepartures(checks, documented, received),
    ...(body === undefined ? [] : bodyDepartures(checks, documented, received.get("content-type") ?? "", body)),
  ];
  return departures.map((departure) => `${operationId} ${status}: ${departure}`);
}

interface Checks {
  document: OpenApiDocument;
  /** By operation, then by status. */
  responses: Map<string, Record<string, Response>>;
  validate: (schema: Schema, value: unknown) => ReturnType<Validator>;
}

const kept = new WeakMap<OpenApiDocument, Checks>();

/** Schemas are compiled once, however many answers are checked. */
function checksOf(document: OpenApiDocument): Checks {
  const known = kept.get(document);
  if (known) return known;
  const compile = createCompiler(document);
  const validators = new Map<Schema, Validator>();
  const validate: Checks["validate"] = (schema, value) => {
    const validator = validators.get(schema) ?? compile(schema);
    validators.set(schema, validator);
    return validator(value);
  };
  const checks = { document, responses: responsesOf(document), validate };
  kept.set(document, checks);
  return checks;
}

function responsesOf(document: OpenApiDocument): Checks["responses"] {
  return new Map(
    operationsOf(document).map(({ operation: { operationId, responses } }) => [
      operationId,
      Object.fromEntries(Object.entries(responses).map(([status, response]) => [status, resolve(document, response)])),
    ]),
  );
}

function headerDepartures(checks: Checks, { headers = {} }: Response, received: Map<string, string>): string[] {
  return Object.entries(headers).flatMap(([name, header]) => {
    const text = received.get(name.toLowerCase());
    const { schema, required = true } = resolve<Header>(checks.document, header);
    if (text === undefined) return required ? `${name} is missing` : [];
    const value = schema.type === "integer" && /^\d+$/.test(text) ? Number(text) : text;
    return checks.validate(schema, value).map(({ message }) => `${name} ${message}`);
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
  return valueDepartures(checks, media.schema, value);
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
  const alternative = alternativeFor(checks, schema, value);
  if (typeof alternative === "string") return [alternative];
  const violations = checks.validate(alternative, value).map(describe);
  return violations.length > 0 ? violations : undeclared(checks, schema, value, "");
}

function describe({ instancePath, message, keyword, params }: ReturnType<Validator>[number]): string {
  const value = keyword === "const" ? `: ${JSON.stringify(params.allowedValue)}` : "";
  return `${instancePath} ${message}${value}`.trim();
}

/** Of alternatives that differ by the code of their error, the one that the body names; so it is told what is wrong. */
function alternativeFor(checks: Checks, schema: Schema, value: unknown): Schema | string {
  const body = value as { code?: unknown; error_code?: unknown } | null;
  const code = body?.code ?? body?.error_code;
  const alternatives = (resolve<Schema>(checks.document, schema).oneOf ?? [schema]).flatMap((alternative) => {
    const documented = withParts(checks.document, alternative)
      .map(({ properties }) => (properties?.code ?? properties?.error_code)?.const)
      .find((code) => code !== undefined);
    return documented === undefined ? [] : [{ alternative, documented }];
  });
  if (alternatives.length === 0 || code === undefined) return schema;
  const named = alternatives.filter(({ documented }) => documented === code);
  if (named.length === 0) return `the code ${JSON.stringify(code)} is not documented`;
  return named.length === 1 && named[0] ? named[0].alternative : schema;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The properties that no part of the schema declares. A schema that declares none at all is a map of anything. */
function undeclared(checks: Checks, schema: Schema, value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const parts = partsOf(checks, schema, value);
  if (Array.isArray(value)) {
    const items = parts.flatMap((part) => part.items ?? []);
    return value.flatMap((item, index) => undeclared(checks, { allOf: items }, item, `${path}/${index}`));
  }
  const isMap = !parts.some(({ properties }) => properties);
  return Object.entries(value).flatMap(([name, property]) => {
    const declared = parts.flatMap(({ properties, additionalProperties }) => {
      if (properties && Object.hasOwn(properties, name)) return properties[name] ?? [];
      return typeof additionalProperties === "object" ? additionalProperties : [];
    });
    if (declared.length === 0 && !isMap) return `${path}/${name} is not declared`;
    return undeclared(checks, { allOf: declared }, property, `${path}/${name}`);
  });
}

/** What applies to the value: the schema, all that it is composed of, and of its alternatives those that fit. */
function partsOf(checks: Checks, schema: Schema, value: unknown): Schema[] {
  const own = resolve<Schema>(checks.document, schema);
  const alternatives = [...(own.oneOf ?? []), ...(own.anyOf ?? [])];
  const fitting = alternatives.filter((alternative) => checks.validate(alternative, value).length === 0);
  return [own, ...[...(own.allOf ?? []), ...fitting].flatMap((part) => partsOf(checks, part, value))];
}
