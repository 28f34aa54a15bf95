import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fieldsMediaType } from "./prism.ts";

/** The parts of the document that the mock reads itself; Prism reads all of it. */
export interface OpenApiDocument {
  /** The first one's URL stands in the examples. */
  servers?: { url: string }[];
  paths: Record<string, Record<string, unknown>>;
  components?: Record<string, Record<string, unknown>>;
  /** What a server sends; it has nothing that could be asked of the mock. */
  webhooks?: object;
}

/** The project's own document, built by the `spec` workspace. */
export async function bundledDocument(): Promise<OpenApiDocument> {
  const file = createRequire(import.meta.url).resolve("@countersign/spec/openapi.json");
  return JSON.parse(await readFile(file, "utf8"));
}

/**
 * The copy that Prism gets:
 * - without `webhooks`, which are nobody's to ask for; without `callbacks`, which make it fail on an empty form body; without `deprecated`, for which it would send a header of
 *   its own beside the documented one; and without the schemas of answers, which it needs only to invent bodies, nor what
 *   they alone refer to, since resolving all that takes longer than the rest of the document;
 * - with the body's schema listed once more for decoded bodies, because Prism's own form reader keeps only the last of a
 *   repeated field and refuses JSON-valued ones;
 * - in the dialect of OpenAPI 3.1, which Prism would take for draft 7.
 */
export function copyForPrism(document: OpenApiDocument): object {
  const { webhooks: _, ...copy } = structuredClone(document);
  for (const operation of operationsOf(copy)) {
    delete operation.callbacks;
    delete operation.deprecated;
    for (const response of Object.values(operation.responses ?? {})) withoutSchemas(response);
    if (operation.requestBody) listFields(operation.requestBody);
  }
  for (const response of Object.values(copy.components?.responses ?? {})) withoutSchemas(response as Bodied);
  for (const body of Object.values(copy.components?.requestBodies ?? {})) listFields(body as Bodied);
  return {
    ...copy,
    components: usedComponents(copy),
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
  };
}

function usedComponents({ paths, components = {} }: OpenApiDocument): OpenApiDocument["components"] {
  const used: Record<string, Record<string, unknown>> = { securitySchemes: components.securitySchemes ?? {} };
  const visit = (node: unknown) => {
    for (const [, kind = "", name = ""] of JSON.stringify(node).matchAll(/"#\/components\/([^/"]+)\/([^/"]+)"/g)) {
      const component = components[kind]?.[name];
      if (component === undefined || used[kind]?.[name] === component) continue;
      used[kind] = { ...used[kind], [name]: component };
      visit(component);
    }
  };
  visit(paths);
  return used;
}

interface Bodied {
  content?: Record<string, { schema?: unknown }>;
}

interface RawOperation {
  callbacks?: unknown;
  deprecated?: boolean;
  requestBody?: Bodied;
  responses?: Record<string, Bodied>;
}

function operationsOf(document: OpenApiDocument): RawOperation[] {
  const methods = ["get", "put", "post", "delete", "patch"];
  return Object.values(document.paths).flatMap((item) =>
    methods.flatMap((method) => (item[method] ? [item[method] as RawOperation] : [])),
  );
}

function withoutSchemas(response: Bodied): void {
  for (const media of Object.values(response.content ?? {})) delete media.schema;
}

function listFields(body: Bodied): void {
  const schema = Object.values(body.content ?? {}).find((media) => media.schema)?.schema;
  if (body.content && schema) body.content[fieldsMediaType] = { schema };
}
