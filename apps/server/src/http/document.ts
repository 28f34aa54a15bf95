/** The parts of the bundled OpenAPI document that HTTP is derived from. */
export interface OpenApiDocument {
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, Schema>;
    securitySchemes?: Record<string, { type: string; scheme?: string; name?: string; in?: string }>;
  };
  /** What an operation asks for that says nothing of its own. */
  security?: SecurityRequirement[];
}

export type PathItem = { parameters?: (Parameter | Ref)[] } & Partial<Record<(typeof methods)[number], Operation>>;

export interface Operation {
  operationId: string;
  tags?: string[];
  security?: SecurityRequirement[];
  parameters?: (Parameter | Ref)[];
  requestBody?: { content: Record<string, RequestMedia> } | Ref;
  responses: Record<string, Response | Ref>;
}

export type SecurityRequirement = Record<string, string[]>;

export interface Parameter {
  name: string;
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  schema: Schema;
}

export interface RequestMedia {
  schema: Schema;
  encoding?: Record<string, { contentType?: string }>;
  examples?: Record<string, Example | Ref>;
}

export interface Response {
  headers?: Record<string, Header | Ref>;
  content?: Record<string, { schema: Schema; examples?: Record<string, Example | Ref> }>;
}

export interface Header {
  schema: Schema;
  example?: unknown;
}

export interface Example {
  value: unknown;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  title?: string;
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
  items?: Schema;
  minItems?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  "x-message"?: string;
  "x-pii"?: { isPii: boolean };
  /** The v1 error that a wrong value of this parameter answers, where it is another than for others. */
  "x-error"?: string;
}

export interface Ref {
  $ref: string;
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

/** The operation of that id. */
export function operationOf(document: OpenApiDocument, operationId: string): PlacedOperation {
  const placed = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
  if (!placed) throw new Error(`The document has no operation ${operationId}`);
  return placed;
}

/** What a local reference points at; anything else is returned as it is. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Ref): T {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as T;
  const target = value.$ref
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[unescapePointer(key)], document);
  if (target === undefined) throw new Error(`The document has nothing at ${value.$ref}`);
  return resolve(document, target as T | Ref);
}

function unescapePointer(key: string): string {
  return decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~");
}
