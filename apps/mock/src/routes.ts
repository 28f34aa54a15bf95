import {
  type Schema as DocumentedSchema,
  type OnlyWith,
  type Requirement,
  requirementsOf,
} from "@countersign/document";
import { fieldsMediaType, type Operation } from "./prism.ts";

/** The two APIs differ in the shape of their errors and in where parameters may stand. */
export type Api = "v1" | "v2";

export interface Schema {
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  required?: string[];
  "x-invalid"?: number;
  "x-address-for"?: string;
  "x-needs-one-of"?: { parameters: string[]; error: number };
  "x-only-with"?: OnlyWith[];
  "x-shown-name"?: "needed" | "optional" | "visible";
  "x-empty"?: string;
}

/** An answer's examples by name, and those by media type. */
export type Contents = Map<string, Map<string, unknown>>;

/** An operation with what the mock looks up in it on every request. */
export interface Route {
  operation: Operation;
  api: Api;
  id: string;
  method: string;
  segments: string[];
  /** Names of the query parameters, among them an API key's. */
  query: string[];
  /** Those of the query that are integers. */
  integers: string[];
  /** Names of the headers that are parameters or carry a key, in lower case. */
  headers: string[];
  /** The body's parameters; undefined where the operation takes no body. */
  fields: Record<string, Schema> | undefined;
  /** The schema of a JSON body, where it has that and no other. */
  json: DocumentedSchema | undefined;
  /** What a form of v2 cannot do without. */
  required: Requirement[];
  /** The error of an invalid parameter, where it is not that of most. */
  invalid: number | undefined;
  /** What would have no effect in the body. */
  onlyWith: OnlyWith[] | undefined;
  /** Of query and body, those that count as not sent when they are empty: the optional texts of v2. */
  optionalTexts: Set<string>;
  /** Media types that the body may have. */
  accepts: string[];
  /** The documented answers by status, in the document's order. */
  answers: Map<number, Contents>;
}

/**
 * A route with the path's parameters, without them where one cannot be decoded; or the methods that the path has, when not
 * the one asked for.
 */
type Match = { route: Route; parameters: Record<string, string> | undefined } | { allow: string[] };

export interface Router {
  /** Undefined for a path that the document does not have. */
  find(method: string, path: string): Match | undefined;
  /** The API that an address belongs to, which for an unknown one its first segment tells. */
  apiOf(path: string): Api;
}

export function createRouter(routes: Route[]): Router {
  // Fixed segments sort before placeholders, so that the most exact address is met first.
  const sorted = routes.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const v1Roots = new Set(routes.filter((route) => route.api === "v1").map((route) => route.segments[1]));
  return {
    find(method, path) {
      const segments = path.split("/");
      const matching = sorted.filter((route) => matches(route.segments, segments));
      const [first] = matching;
      if (!first) return undefined;
      const siblings = matching.filter((route) => route.operation.path === first.operation.path);
      const route = siblings.find((sibling) => sibling.method === (method === "HEAD" ? "GET" : method));
      if (!route) return { allow: allowedMethods(siblings) };
      return { route, parameters: parametersOf(route, segments) };
    },
    apiOf: (path) => (v1Roots.has(path.split("/")[1]) ? "v1" : "v2"),
  };
}

export function routeOf(operation: Operation): Route {
  const contents = operation.request?.body?.contents ?? [];
  const body = contents.find((content) => content.mediaType === fieldsMediaType);
  const answers = answersOf(operation);
  const schema = body?.schema as Schema | undefined;
  const fields = schema && propertiesOf(schema);
  const others = contents.flatMap(({ mediaType }) => (mediaType && mediaType !== fieldsMediaType ? [mediaType] : []));
  const isJson = others.length > 0 && others.every((type) => type === "application/json");
  const api = hasV1Errors(answers) ? "v1" : "v2";
  return {
    operation,
    api,
    id: operation.iid ?? `${operation.method} ${operation.path}`,
    method: operation.method.toUpperCase(),
    segments: operation.path.split("/"),
    query: [...namesOf(operation.request?.query), ...keysIn("query", operation)],
    integers: (operation.request?.query ?? []).flatMap(({ name, schema }) =>
      schema?.type === "integer" ? [name] : [],
    ),
    headers: [...namesOf(operation.request?.headers), ...keysIn("header", operation)].map((name) => name.toLowerCase()),
    fields,
    json: isJson ? (schema as DocumentedSchema) : undefined,
    required: api === "v2" && schema && !isJson ? requirementsOf(schema) : [],
    invalid: operation.extensions?.["x-invalid"] as number | undefined,
    onlyWith: schema?.["x-only-with"],
    optionalTexts: new Set(api === "v1" ? [] : [...optionalTexts(fields, schema?.required), ...textsIn(operation)]),
    accepts: others,
    answers,
  };
}

function optionalTexts(fields: Record<string, Schema> = {}, required: string[] = []): string[] {
  return Object.entries(fields).flatMap(([name, { type, "x-empty": empty }]) =>
    type === "string" && empty !== "value" && !required.includes(name) ? [name] : [],
  );
}

function textsIn({ request }: Operation): string[] {
  const texts = (request?.query ?? []).filter(({ schema, required }) => schema?.type === "string" && !required);
  return texts.map(({ name }) => name);
}

function answersOf({ responses }: Operation): Map<number, Contents> {
  return new Map(
    responses.map(({ code, contents = [] }) => [
      Number(code),
      new Map(contents.map(({ mediaType, examples = [] }) => [mediaType, new Map(examples.map(namedExample))])),
    ]),
  );
}

function namedExample(example: object): [string, unknown] {
  const { key, value } = example as { key: string; value?: unknown };
  return [key, value];
}

function hasV1Errors(answers: Map<number, Contents>): boolean {
  return [...answers].some(
    ([status, contents]) =>
      // A success of v2 may tell of an error, too.
      status >= 400 &&
      [...(contents.get("application/json")?.values() ?? [])].some(
        (body) => typeof body === "object" && body !== null && "error_code" in body,
      ),
  );
}

function namesOf(parameters: { name: string }[] = []): string[] {
  return parameters.map(({ name }) => name);
}

function keysIn(place: "query" | "header", { security = [] }: Operation): string[] {
  return security.flat().flatMap((scheme) => (scheme.type === "apiKey" && scheme.in === place ? [scheme.name] : []));
}

function propertiesOf(schema: Schema): Record<string, Schema> {
  return Object.assign({}, ...(schema.allOf ?? []).map(propertiesOf), schema.properties);
}

function sortKey({ segments }: Route): string {
  return segments.map((segment) => (isPlaceholder(segment) ? "\uffff" : segment)).join("/");
}

function matches(template: string[], segments: string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (isPlaceholder(part) ? segments[index] !== "" : part === segments[index]))
  );
}

function isPlaceholder(segment: string): boolean {
  return segment.startsWith("{");
}

/** Decoded, `+` left as it is; undefined when a segment cannot be decoded, for then it names nothing. */
function parametersOf({ segments }: Route, actual: string[]): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      segments.flatMap((part, index) =>
        isPlaceholder(part) ? [[part.slice(1, -1), decodeURIComponent(actual[index] as string)]] : [],
      ),
    );
  } catch {
    return undefined;
  }
}

function allowedMethods(siblings: Route[]): string[] {
  const methods = siblings.map(({ method }) => method);
  return [
    ...(methods.includes("GET") ? ["GET", "HEAD"] : []),
    ...methods.filter((method) => method !== "GET"),
    "OPTIONS",
  ];
}
