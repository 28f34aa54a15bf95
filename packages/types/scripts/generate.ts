import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString, COMMENT_HEADER, type OpenAPI3 } from "openapi-typescript";
import type { CatalogueEntry } from "../src/catalogue-entry.ts";
import { docComment, formatted, NOTICE } from "./formatted.ts";

/** The document as far as this script looks into it; openapi-typescript reads the rest. */
export type Document = {
  components: { schemas: Record<string, { description?: string }> };
  webhooks?: Record<string, Record<string, { operationId?: string }>>;
};

/** Renders every generated file of `src/`, by file name. Equal input gives equal text. */
export async function generate(document: Document, catalogue: readonly CatalogueEntry[]) {
  return {
    "openapi.gen.ts": await renderDocument(document),
    "names.gen.ts": formatted("packages/types/src/names.gen.ts", renderNames(document)),
    "errors.gen.ts": formatted("packages/types/src/errors.gen.ts", renderCatalogue(catalogue)),
  };
}

async function renderDocument(document: Document): Promise<string> {
  const ast = await openapiTS(withoutFormatChoices(withoutReceivers(document)) as unknown as OpenAPI3, {
    // The folder that a redocly.yaml is looked up from: one that has none.
    cwd: pathToFileURL(`${tmpdir()}/`),
    // A default in a request means "may be left out", so it must not make the property required.
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
    silent: true,
  });
  return COMMENT_HEADER + astToString(ast);
}

/** Nobody calls a webhook's operation by its id: it would be one of the operations of the server otherwise. */
function withoutReceivers(document: Document): Document {
  const copy = structuredClone(document);
  for (const webhook of Object.values(copy.webhooks ?? {})) {
    for (const operation of Object.values(webhook)) delete operation.operationId;
  }
  return copy;
}

/** A text of one format or another, as IPv4 or IPv6, would be `string | unknown | unknown`. */
function withoutFormatChoices(document: Document): Document {
  const text = JSON.stringify(document);
  return JSON.parse(text, (_, value) => (value?.type === "string" ? { ...value, anyOf: undefined } : value));
}

function renderNames({ components: { schemas } }: Document): string {
  const names = Object.entries(schemas)
    .filter(([name]) => !/^(V1)?Error\d+$/.test(name))
    .map(([name, { description }]) => {
      return `${docComment(description)}export type ${shortName(name)} = Schemas[${JSON.stringify(name)}];`;
    });
  return `${NOTICE}import type { components } from "./openapi.gen.ts";\n\ntype Schemas = components["schemas"];\n\n${names.join("\n\n")}\n`;
}

/** `Error` would hide JavaScript's own in every module that imports it. */
function shortName(schema: string): string {
  return schema === "Error" ? "ApiError" : schema;
}

function renderCatalogue(catalogue: readonly CatalogueEntry[]): string {
  const entries = JSON.stringify(catalogue, null, 2);
  return `${NOTICE}/** Every error of both APIs, with its cause and what to do about it. */\nexport const errorCatalogue = ${entries} as const;\n`;
}
