import {
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
  type RequestBody,
  type Response,
  resolve,
  type Schema,
  withParts,
} from "@countersign/document";
import { docComment, formatted, NOTICE } from "../../types/scripts/formatted.ts";

/** Renders `src/operations.gen.ts`: a function an operation, and one a list. Equal input gives equal text. */
export function generate(document: OpenApiDocument): string {
  const functions = operationsOf(document).flatMap((placed) => {
    const { fields, hasBody } = read(document, placed);
    const success = successOf(document, placed);
    return [renderCall(placed, fields, hasBody, success), renderWalk(document, placed, fields, success)];
  });
  const names = functions.flatMap((text) => /function (\w+)/.exec(text)?.[1] ?? []);
  const [double] = twice(names);
  refuse(double !== undefined, `Two functions would be called ${double}`);
  const code = functions.join("\n");
  const types = Object.keys(document.components.schemas).filter((name) => code.includes(`<${name},`));
  return formatted(
    "packages/client/src/operations.gen.ts",
    `${NOTICE}import type { ErrorOf, ${types.join(", ")} } from "@countersign/types/api";
import type { CallOptions } from "./call-types.ts";
import type { Client } from "./create-client.ts";
import { ask, type FieldsOf, send, walk } from "./named.ts";
import type { Result } from "./result.ts";

export type { CallOptions, FieldsOf };

${code}`,
  );
}

type Fields = { names: string[]; required: string[]; isV1: boolean };

/**
 * The fields that a function takes.
 *
 * @throws Error when they could not all go in one object, each to its place.
 */
function read(document: OpenApiDocument, { path, method, operation, parameters }: PlacedOperation) {
  const say = (what: string) => `${operation.operationId}: ${what}`;
  const body = operation.requestBody && resolve<RequestBody>(document, operation.requestBody);
  refuse(body ? method !== "POST" : !["GET", "POST", "DELETE"].includes(method), say(`it is a ${method}`));
  const content = Object.entries(body?.content ?? {}).filter(([type]) => !type.endsWith("/xml"));
  const schemas = new Set(content.map(([, { schema }]) => JSON.stringify(schema)));
  refuse(schemas.size > 1, say("each kind of body takes something else"));
  const parts = [...schemas].flatMap((schema) => withParts(document, JSON.parse(schema)));
  refuse(
    parts.some((part) => part.oneOf || part.anyOf),
    say("there is a choice of bodies"),
  );
  const elsewhere = parameters.find(({ in: place }) => !["path", body ? "path" : "query"].includes(place));
  refuse(elsewhere !== undefined, say(`${elsewhere?.name} is in the ${elsewhere?.in}${body ? ", beside a body" : ""}`));
  const placed = parameters.filter(({ name }) => name !== "format" || !path.includes("{format}"));
  const names = [...placed.map(({ name }) => name), ...parts.flatMap(({ properties = {} }) => Object.keys(properties))];
  const [double] = twice(names);
  refuse(double !== undefined, say(`${double} is in two places`));
  const required = [
    ...placed.filter(({ required }) => required).map(({ name }) => name),
    ...parts.flatMap(({ required = [] }) => required),
  ];
  return { fields: { names, required, isV1: placed.length < parameters.length }, hasBody: body !== undefined };
}

/** The name of the type of what an operation answers. */
function successOf(document: OpenApiDocument, { operation }: PlacedOperation): string {
  const [, success = {}] = Object.entries(operation.responses).find(([status]) => status.startsWith("2")) ?? [];
  return nameOf(resolve<Response>(document, success).content?.["application/json"]?.schema) ?? "undefined";
}

function nameOf({ $ref }: Schema = {}): string | undefined {
  return $ref?.replace("#/components/schemas/", "");
}

function renderCall({ path, method, operation }: PlacedOperation, fields: Fields, hasBody: boolean, success: string) {
  const id = operation.operationId;
  const call = hasBody ? "send(client, " : `ask(client, "${method}", `;
  return `${comment(`${method} ${path}`, operation.summary, operation.description, operation.deprecated)}export function ${id}(${parametersOf(id, fields)}): Promise<Result<${success}, ErrorOf<"${id}">>> {
  return ${call}"${path}", ${given(fields)}, options);
}
`;
}

/** Renders what walks a list over all its pages; nothing for what answers no page. */
function renderWalk(document: OpenApiDocument, { path, operation }: PlacedOperation, fields: Fields, success: string) {
  const properties = withParts(document, document.components.schemas[success] ?? {}).flatMap(({ properties = {} }) =>
    Object.entries(properties),
  );
  const [, meta] = properties.find(([name]) => name === "meta") ?? [];
  const isPage = meta && withParts(document, meta).some(({ properties = {} }) => "next_page_url" in properties);
  const item = properties.map(([, { items }]) => nameOf(items)).find(Boolean);
  if (!isPage || !item) return "";
  const id = operation.operationId;
  const walks = `Walks the list of \`${id}\` over all its pages, and gives its items. Throws as \`unwrap\` does.`;
  return `${docComment(walks)}export function ${id.replace("list", "paginate")}(${parametersOf(id, fields)}): AsyncGenerator<${item}, void, undefined> {
  return walk(client, "${path}", ${given(fields)}, options);
}
`;
}

function parametersOf(id: string, { required, names }: Fields): string {
  const fields = names.length > 0 ? `FieldsOf<"${id}">` : "Record<string, never>";
  return `client: Client, fields${required.length > 0 ? "" : "?"}: ${fields}, options?: CallOptions`;
}

/** v1 is asked for JSON, also by who says `undefined` or, past the types, XML, which this client does not read. */
function given({ isV1 }: Fields): string {
  return isV1 ? `{ ...fields, format: "json" }` : "fields";
}

function comment(request: string, summary = "", description = "", isDeprecated = false): string {
  const plain = description.replace(/\[([^\]]+)\]\(#[^)]*\)/g, "$1").trim();
  return docComment(
    [`${summary}: \`${request}\``, ...(plain ? ["", plain] : []), ...(isDeprecated ? ["", "@deprecated"] : [])].join(
      "\n",
    ),
  );
}

function twice(names: string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function refuse(isWrong: boolean, why: string): void {
  if (isWrong) throw new Error(why);
}
