export * from "./json.ts";
export * from "./rules.ts";

/** The parts of the bundled OpenAPI document that programs read. */
export interface OpenApiDocument {
  info: { title: string; version: string; description?: string; [extension: `x-${string}`]: unknown };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  /** What an operation asks for that says nothing of its own. */
  security?: SecurityRequirement[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, Schema>;
    responses?: Record<string, Response>;
    headers?: Record<string, Header>;
    requestBodies?: Record<string, RequestBody>;
    securitySchemes?: Record<string, SecurityScheme>;
  };
  /** What a server sends; nobody can ask for it. */
  webhooks?: object;
}

export type PathItem = { parameters?: (Parameter | Ref)[] } & Partial<Record<(typeof methods)[number], Operation>>;

export interface Operation {
  operationId: string;
  description?: string;
  summary?: string;
  tags?: string[];
  deprecated?: boolean;
  security?: SecurityRequirement[];
  parameters?: (Parameter | Ref)[];
  requestBody?: RequestBody | Ref;
  responses: Record<string, Response | Ref>;
  callbacks?: unknown;
  /** The error that an invalid parameter answers, where it is not 60200. */
  "x-invalid"?: number;
  /** How long a body may be, where it is not 16 KiB. */
  "x-body-bytes-max"?: number;
  /** Whether no production server has it. */
  "x-sandbox-only"?: boolean;
  "x-codeSamples"?: { lang: string; label: string; source: string }[];
}

export type SecurityRequirement = Record<string, string[]>;

export interface SecurityScheme {
  type: string;
  scheme?: string;
  name?: string;
  in?: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  schema: Schema;
  example?: unknown;
}

export interface RequestBody {
  content: Record<string, Media>;
}

export interface Response {
  description?: string;
  headers?: Record<string, Header | Ref>;
  content?: Record<string, Media>;
}

export interface Media {
  schema: Schema;
  encoding?: Record<string, { contentType?: string }>;
  examples?: Record<string, Example | Ref>;
}

export interface Header {
  /** Whether every such answer has it; false where it is there only sometimes. */
  required?: boolean;
  schema: Schema;
  example?: unknown;
}

export interface Example {
  summary?: string;
  value: unknown;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  example?: unknown;
  default?: unknown;
  deprecated?: boolean;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  minItems?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  "x-message"?: string;
  /** The error that an invalid value answers, of this property and of all below it, where it is not the operation's. */
  "x-invalid"?: number;
  /** Whether the names of this JSON and of all below it, which are snake_case, may come in camelCase as well. */
  "x-camel-case"?: boolean;
  "x-pii"?: { isPii: boolean };
  /** What an empty text is, where elsewhere it counts as not sent: what unsets this parameter, or a value like others. */
  "x-empty"?: "unsets" | "value";
  /** The parameter that names the channel: this one is an e-mail address for `email`, and a number for all others. */
  "x-address-for"?: string;
  /** The error that a missing parameter of a form answers, where it is another than for others. */
  "x-missing"?: number;
  /** Parameters of which a form cannot do without all, and the error that it answers then. */
  "x-needs-one-of"?: { parameters: string[]; error: number };
  /** Parameters, or values of theirs, that have an effect only beside some values of another, and the error elsewhere. */
  "x-only-with"?: OnlyWith[];
  /**
   * A name that messages carry: one of which nobody sees anything is refused, or is as though it were not sent. `visible` is
   * one that people see elsewhere, which may have any characters, and of which they must see something.
   */
  "x-shown-name"?: "needed" | "optional" | "visible";
  /** The v1 error that a wrong value of this parameter answers, where it is another than for others. */
  "x-error"?: string;
  [extension: `x-${string}`]: unknown;
}

export interface Ref {
  $ref: string;
}

/** What nothing would follow from, but beside those values of another parameter. */
export interface OnlyWith {
  parameter: string;
  /** The value that it is about; any, where this is left out. */
  value?: unknown;
  needs: string;
  of: readonly unknown[];
  error: number;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** An operation with its place in the document. */
export interface PlacedOperation {
  /** With its parameters in braces. */
  path: string;
  /** In capitals. */
  method: string;
  operation: Operation;
  /** Those of the path, and its own. */
  parameters: Parameter[];
}

/** Every operation of the document, in its order. */
export function operationsOf(document: OpenApiDocument): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
        resolve<Parameter>(document, parameter),
      );
      return [{ path, method: method.toUpperCase(), operation, parameters }];
    }),
  );
}

/** The names of all headers that answers have, but for those that are for browsers and not for pages in them. */
export function headerNamesOf(document: OpenApiDocument): string[] {
  const responses = operationsOf(document).flatMap(({ operation }) => Object.values(operation.responses));
  const names = responses.flatMap((response) => Object.keys(resolve<Response>(document, response).headers ?? {}));
  return [...new Set(names)].filter((name) => !name.startsWith("Access-Control-"));
}

/** The operation of that id. */
export function operationOf(document: OpenApiDocument, operationId: string): PlacedOperation {
  const placed = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
  if (!placed) throw new Error(`The document has no operation ${operationId}`);
  return placed;
}

/** A number or a truth value as a form and a query write it, booleans in any case; the text itself for what is none. */
export function readScalar(kind: string | undefined, text: string): unknown {
  if (kind === "boolean") return booleans.get(text.toLowerCase()) ?? text;
  if (kind === "integer") return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
  return kind === "number" && number.test(text) ? Number(text) : text;
}

const booleans = new Map([
  ["true", true],
  ["false", false],
]);
const integer = /^(0|-?[1-9]\d*)$/;
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * JSON whose every member is kept: a name that comes twice would be lost, and `__proto__` is none. It can also write texts
 * that are no UTF-8.
 * @returns the text itself when it cannot be read.
 */
export function readJson(text: string): unknown {
  let read = 0;
  try {
    const value: unknown = JSON.parse(text, function (this: unknown, key: string, value: unknown) {
      if (key === "__proto__" || !isStorable(key) || !isStorable(value)) throw new SyntaxError("Not to be kept");
      if (!Array.isArray(this)) read += 1;
      return value;
    });
    const names = [...text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g)].filter(([, colon]) => colon);
    // The value itself is read under an empty name.
    return names.length === read - 1 ? value : text;
  } catch {
    return text;
  }
}

function isStorable(value: unknown): boolean {
  return typeof value !== "string" || !/[\0\p{Cs}]/u.test(value);
}

/** The form that an operation takes, if it takes one. */
export function formOf(document: OpenApiDocument, { requestBody }: Operation): Media | undefined {
  return requestBody && resolve<RequestBody>(document, requestBody).content["application/x-www-form-urlencoded"];
}

/** What a local reference points at; anything else is returned as it is. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Ref): T {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as T;
  const target = keysOf(value.$ref).reduce<unknown>(
    (node, key) => (node as Record<string, unknown> | undefined)?.[key],
    document,
  );
  if (target === undefined) throw new Error(`The document has nothing at ${value.$ref}`);
  return resolve(document, target as T | Ref);
}

/** The names that a reference leads along. The same few are followed thousands of times. */
function keysOf($ref: string): readonly string[] {
  const known = keysKnown.get($ref);
  if (known) return known;
  const keys = $ref
    .slice("#/".length)
    .split("/")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  keysKnown.set($ref, keys);
  return keys;
}

const keysKnown = new Map<string, readonly string[]>();

/** The parameters as one object. */
export function schemaOf(parameters: Parameter[]): Schema {
  return {
    type: "object",
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
  };
}

/** A schema and everything that it is composed of. */
export function withParts(document: OpenApiDocument, schema: Schema): Schema[] {
  const { allOf = [], ...own } = resolve<Schema>(document, schema);
  return [own, ...allOf.flatMap((part) => withParts(document, part))];
}

/** What one of the parts of a schema says that a property always is. */
export function constantOf(parts: Schema[], name: string): unknown {
  return parts.map(({ properties }) => properties?.[name]?.const).find((value) => value !== undefined);
}

/** The named examples of a body. */
export function examplesOf(document: OpenApiDocument, { examples = {} }: Media): [name: string, value: unknown][] {
  return Object.entries(examples).map(([name, example]) => [name, resolve<Example>(document, example).value]);
}

/** The errors whose schemas a part of the document refers to, at any depth. */
export function errorsIn(document: OpenApiDocument, part: object): { api: "v1" | "v2"; code: number }[] {
  return [...JSON.stringify(part).matchAll(/"(#\/components\/\w+\/(\w+))"/g)].flatMap(([, $ref = "", name = ""]) => {
    const [, v1, code] = /^(V1)?Error(\d{5})$/.exec(name) ?? [];
    return code
      ? [{ api: v1 ? "v1" : "v2", code: Number(code) }]
      : errorsIn(document, resolve<object>(document, { $ref }));
  });
}
