/** The parts of the bundled OpenAPI document that the site reads. */
export interface OpenApiDocument {
  info: { title: string; version: string; description?: string; [extension: `x-${string}`]: unknown };
  servers: { url: string }[];
  security?: SecurityRequirement[];
  tags: { name: string; description?: string }[];
  paths: Record<string, PathItem>;
  components: Record<string, Record<string, unknown>>;
}

export type SecurityRequirement = Record<string, string[]>;

export type PathItem = { parameters?: (Parameter | Reference)[] } & Partial<Record<Method, Operation>>;

export type Method = "get" | "post" | "delete";

export interface Operation {
  operationId: string;
  tags: string[];
  security?: SecurityRequirement[];
  parameters?: (Parameter | Reference)[];
  requestBody?: RequestBody | Reference;
  responses: Record<string, unknown>;
  "x-codeSamples"?: { lang: string; label: string; source: string }[];
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema?: { format?: string };
  example?: unknown;
}

export interface RequestBody {
  content: Record<string, { examples?: Record<string, Example | Reference> }>;
}

export interface Example {
  summary?: string;
  value: unknown;
}

export interface Reference {
  $ref: string;
}

/** An operation with its place in the document. */
export interface PlacedOperation {
  path: string;
  method: Method;
  pathItem: PathItem;
  operation: Operation;
}

/** One error of `errors.json`, the catalogue beside the document. */
export interface CatalogueEntry {
  api: "v1" | "v2";
  code: number;
  status: number;
  message: string;
  cause: string;
  remedy: string;
  retryable: boolean;
  category?: string;
}

const methods: Method[] = ["get", "post", "delete"];

/** All operations, in the order of the document. */
export function operationsOf(document: OpenApiDocument): PlacedOperation[] {
  return Object.entries(document.paths).flatMap(([path, pathItem]) =>
    methods.flatMap((method) => {
      const operation = pathItem[method];
      return operation ? [{ path, method, pathItem, operation }] : [];
    }),
  );
}

/** The thing itself, or what its `$ref` points at. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Reference): T {
  if (!("$ref" in value)) return value;
  const [, , group = "", name = ""] = value.$ref.split("/");
  const target = document.components[group]?.[name];
  if (!target) throw new Error(`The document lacks ${value.$ref}`);
  return target as T;
}
