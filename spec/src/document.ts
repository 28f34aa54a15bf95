/** The parts of an OpenAPI document that the build reads. Everything else passes through untouched. */
export interface OpenApiDocument {
  info: { description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, Schema>;
    responses?: Record<string, Response>;
    parameters?: Record<string, Parameter>;
    examples?: Record<string, Example>;
  };
}

export type PathItem = { parameters?: (Parameter | Ref)[] } & Partial<Record<Method, Operation>>;

export interface Operation {
  operationId: string;
  parameters?: (Parameter | Ref)[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Record<string, Response | Ref>;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}

export interface Response {
  headers?: Record<string, object>;
  content?: Record<string, MediaType>;
}

export interface MediaType {
  schema?: Schema;
  examples?: Record<string, Example | Ref>;
}

export interface Example {
  summary?: string;
  value?: unknown;
}

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  allOf?: Schema[];
  oneOf?: Schema[];
  [extension: `x-${string}`]: unknown;
}

export interface Ref {
  $ref: string;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;
export type Method = (typeof methods)[number];

/** An operation with its address and method. */
export interface PlacedOperation {
  path: string;
  method: Method;
  pathItem: PathItem;
  operation: Operation;
}

/** Every operation of the document, in its order. */
export function operationsOf(document: OpenApiDocument): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, pathItem]) =>
    methods.flatMap((method) => {
      const operation = pathItem[method];
      return operation ? [{ path, method, pathItem, operation }] : [];
    }),
  );
}

/** What a local `$ref` points at; a value that is no reference is returned as it is. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Ref): T {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as T;
  const target = value.$ref
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[unescapePointer(key)], document);
  if (target === undefined) throw new Error(`No target for ${value.$ref}`);
  return resolve(document, target as T | Ref);
}

/** The last segment of a reference: the component's name. */
export function refName(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

function unescapePointer(key: string): string {
  return decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
}
