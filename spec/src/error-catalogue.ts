import { type OpenApiDocument, resolve, type Schema } from "@countersign/document";

/** One error of the catalogue, as `dist/errors.json` lists it. */
export interface CatalogueEntry {
  api: "v1" | "v2";
  code: number;
  /** The HTTP status that the error always comes with. */
  status: number;
  message: string;
  cause: string;
  remedy: string;
  /** Whether the same request may succeed later, unchanged. */
  retryable: boolean;
  /** The group that the v1 error table names; v2 has none. */
  category?: string;
}

const errorSchemaName = /^(V1)?Error(\d{5})$/;

/** The catalogue, derived from the error schemas: v2 first, each API in the order of its codes. */
export function errorCatalogue(document: OpenApiDocument): CatalogueEntry[] {
  return Object.entries(document.components.schemas)
    .filter(([name]) => errorSchemaName.test(name))
    .map(([name, schema]) => catalogueEntry(name, schema))
    .sort((a, b) => b.api.localeCompare(a.api) || a.code - b.code);
}

/** The name of the error schema that a response schema stands for, itself or through its `allOf`. */
export function errorSchemaOf(document: OpenApiDocument, schema: Schema): string | undefined {
  const name = schema.$ref ? schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1) : "";
  if (errorSchemaName.test(name)) return name;
  const parts = resolve<Schema>(document, schema).allOf ?? [];
  return parts.map((part) => errorSchemaOf(document, part)).find((found) => found !== undefined);
}

function catalogueEntry(name: string, schema: Schema): CatalogueEntry {
  const [, v1, code] = errorSchemaName.exec(name) ?? [];
  const status = v1 ? schema["x-status"] : schema.properties?.status?.const;
  const category = schema["x-category"];
  return {
    api: v1 ? "v1" : "v2",
    code: Number(code),
    status: Number(status),
    message: String(schema.title),
    cause: String(schema.description).trim(),
    remedy: String(schema["x-remedy"]).trim(),
    retryable: schema["x-retryable"] === true,
    ...(typeof category === "string" && { category }),
  };
}
