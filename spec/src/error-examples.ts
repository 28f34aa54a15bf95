import {
  type Example,
  type Media,
  type OpenApiDocument,
  operationsOf,
  type PlacedOperation,
  type Ref,
  type RequestBody,
  type Response,
  resolve,
  type Schema,
} from "@countersign/document";
import { errorSchemaOf } from "./error-catalogue.ts";

/** Where the docs are published. */
export const docsUrl = "https://countersign.github.io/countersign";
const isPlaceholder = /\{(path|parameter)\}/;

/**
 * Gives every error answer of every operation its named example, `error60203`, from the error's own schema. Written by
 * hand they would repeat each code and text once an operation.
 * A schema that adds `details.reason` gets one further example a reason, named for it.
 */
export function addErrorExamples(document: OpenApiDocument): void {
  for (const placed of operationsOf(document)) {
    for (const [status, response] of Object.entries(placed.operation.responses)) {
      placed.operation.responses[status] = withErrorExamples(document, placed, response);
    }
  }
  dropUnusedResponses(document);
}

function withErrorExamples(document: OpenApiDocument, placed: PlacedOperation, response: Response | Ref) {
  const target = resolve<Response>(document, response);
  const media = Object.values(target.content ?? {});
  if (media.some(({ schema }) => errorsOf(document, schema).some((error) => isOwn(document, error)))) {
    // It differs by operation, so a shared answer becomes one of the operation's own.
    const own = structuredClone(target);
    for (const entry of Object.values(own.content ?? {})) addTo(document, placed, entry);
    return own;
  }
  for (const entry of media) addTo(document, placed, entry);
  return response;
}

function isOwn(document: OpenApiDocument, error: Schema): boolean {
  return isPlaceholder.test(textOf(error)) || detailsOf(document, error).properties?.missing_scope !== undefined;
}

function addTo(document: OpenApiDocument, placed: PlacedOperation, media: Media): void {
  const examples = errorExamples(document, placed, media);
  if (Object.keys(examples).length > 0) media.examples = { ...examples, ...media.examples };
}

function dropUnusedResponses(document: OpenApiDocument): void {
  const paths = JSON.stringify(document.paths);
  const shared = document.components.responses ?? {};
  for (const name of Object.keys(shared)) {
    if (!paths.includes(`"#/components/responses/${name}"`)) delete shared[name];
  }
}

function errorExamples(document: OpenApiDocument, placed: PlacedOperation, media: Media): Record<string, Example> {
  return Object.assign({}, ...alternativesOf(media.schema).map((schema) => examplesOfError(document, placed, schema)));
}

function examplesOfError(document: OpenApiDocument, placed: PlacedOperation, schema: Schema) {
  const name = errorSchemaOf(document, schema);
  if (!name) return {};
  const error = document.components.schemas[name] as Schema;
  const details = resolve<Schema>(document, schema).properties?.details;
  const reasons = (details && resolve<Schema>(document, details).properties?.reason?.enum) ?? [undefined];
  const body = { ...errorBody(error, errorMessage(document, placed, error)), ...detailsIn(document, placed, error) };
  const key = `error${name.slice(-5)}`;
  return Object.fromEntries(
    reasons.map((reason, index) => [
      index === 0 ? key : camelCase(String(reason)),
      {
        summary: reason === undefined || index === 0 ? String(error.title) : `${error.title}: ${reason}`,
        value: reason === undefined ? body : { ...body, details: { reason } },
      },
    ]),
  );
}

function errorBody(error: Schema, message: string): Record<string, unknown> {
  const v1Code = error.properties?.error_code?.const;
  if (v1Code !== undefined) return { error_code: v1Code, message, errors: { message }, success: false };
  const code = error.properties?.code?.const;
  return { code, message, more_info: `${docsUrl}/errors/${code}`, status: error.properties?.status?.const };
}

function errorMessage(document: OpenApiDocument, placed: PlacedOperation, error: Schema): string {
  return textOf(error)
    .replaceAll("{path}", () => filledPath(placed))
    .replaceAll("{parameter}", () => firstParameter(document, placed));
}

/** The `details` that the error always has, of which the document shows each, and the scope that the operation asks for. */
function detailsIn(document: OpenApiDocument, { operation }: PlacedOperation, error: Schema): { details?: object } {
  if (!error.required?.includes("details")) return {};
  const { required: names = [], properties: parts = {} } = detailsOf(document, error);
  const [scope] = operation.security?.flatMap(({ basicAuth }) => basicAuth ?? []) ?? [];
  if (parts.missing_scope) return { details: { missing_scope: scope } };
  const shown = (name: string) => (parts[name] as { example?: unknown } | undefined)?.example;
  return { details: Object.fromEntries(names.map((name) => [name, shown(name)])) };
}

function detailsOf(document: OpenApiDocument, { properties }: Schema): Schema {
  return properties?.details ? resolve<Schema>(document, properties.details) : {};
}

/** The error's text, with placeholders where it differs by request. */
function textOf(error: Schema): string {
  return String(error["x-message"] ?? error.properties?.message?.const ?? error.title);
}

function alternativesOf(schema: Schema = {}): Schema[] {
  return schema.oneOf ?? [schema];
}

function errorsOf(document: OpenApiDocument, schema?: Schema): Schema[] {
  return alternativesOf(schema).flatMap(
    (part) => document.components.schemas[errorSchemaOf(document, part) ?? ""] ?? [],
  );
}

/** The address as the message repeats it: without the version, the placeholders filled with the story's ids. */
function filledPath({ path, parameters }: PlacedOperation): string {
  return path
    .replace(/^\/v2/, "")
    .replace(/\{(\w+)\}/g, (_, name) => String(parameters.find((p) => p.name === name)?.example));
}

/** The parameter that an "invalid parameter" example names: the first required one, else the first. */
function firstParameter(document: OpenApiDocument, { parameters, operation }: PlacedOperation): string {
  const { content } = resolve<RequestBody>(document, operation.requestBody ?? { content: {} });
  const schema = resolve<Schema>(document, Object.values(content)[0]?.schema ?? {});
  const query = parameters.filter((p) => p.in === "query");
  const names = [
    ...(schema.required ?? []),
    ...query.filter((p) => p.required).map((p) => p.name),
    ...Object.keys(schema.properties ?? {}),
    ...query.map((p) => p.name),
  ];
  if (!names[0]) throw new Error(`${operation.operationId} has no parameter that could be invalid`);
  return names[0];
}

function camelCase(snake: string): string {
  return snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
