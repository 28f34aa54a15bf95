import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Media, type OpenApiDocument, operationsOf, type Ref, type Response } from "@countersign/document";
import { fieldsMediaType } from "./prism.ts";

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
  for (const { operation } of operationsOf(copy)) {
    delete operation.callbacks;
    delete operation.deprecated;
    for (const response of Object.values(operation.responses)) withoutSchemas(response);
    if (operation.requestBody) listFields(operation.requestBody);
  }
  for (const response of Object.values(copy.components.responses ?? {})) withoutSchemas(response);
  for (const body of Object.values(copy.components.requestBodies ?? {})) listFields(body);
  return {
    ...copy,
    components: usedComponents(copy),
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
  };
}

function usedComponents({ paths, components }: OpenApiDocument): Record<string, object> {
  const all = components as Record<string, Record<string, unknown>>;
  const used: Record<string, Record<string, unknown>> = { securitySchemes: all.securitySchemes ?? {} };
  const visit = (node: unknown) => {
    for (const [, kind = "", name = ""] of JSON.stringify(node).matchAll(/"#\/components\/([^/"]+)\/([^/"]+)"/g)) {
      const component = all[kind]?.[name];
      if (component === undefined || used[kind]?.[name] === component) continue;
      used[kind] = { ...used[kind], [name]: component };
      visit(component);
    }
  };
  visit(paths);
  return used;
}

type Bodied = Pick<Response, "content"> | Ref;

function withoutSchemas(response: Bodied): void {
  for (const media of mediaOf(response)) delete media.schema;
}

function listFields(body: Bodied): void {
  const schema = mediaOf(body).find((media) => media.schema)?.schema;
  if ("content" in body && body.content && schema) body.content[fieldsMediaType] = { schema };
}

/** None of what is only referred to. */
function mediaOf(body: Bodied): Partial<Media>[] {
  return "content" in body ? Object.values(body.content ?? {}) : [];
}
