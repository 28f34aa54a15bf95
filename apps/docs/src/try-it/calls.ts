import { formOf, type OpenApiDocument, type Parameter, resolve, type Schema, withParts } from "@countersign/document";
import { firstSentence } from "../guide-page.ts";
import type { ShownOperation } from "../guides.ts";
import { type Access, type Fields, sampleRequest } from "../samples/request.ts";

/** An operation as a page lets a reader call it. */
export interface Call {
  operationId: string;
  title: string;
  method: string;
  /** With its parameters in braces. */
  path: string;
  access: Access;
  fields: Field[];
  /** The body of an operation that takes JSON. */
  json?: string;
}

export interface Field {
  name: string;
  in: "path" | "query" | "form";
  /** As its example has it. A list has a line for each. */
  value: string;
  isRequired: boolean;
  isList: boolean;
  /** What it may be, where that is told. */
  options: string[];
  hint: string;
}

/** What a page has for its reader to try. */
export interface Trials {
  calls: Call[];
  /** Why the other operations are not among them, by their ids. */
  untried: Record<string, string>;
  /** The pages of errors that the site has: `60203`, `v1/60022`. */
  errors: string[];
}

/** The operations that a page can call, and why not the others. */
export function trialsOf(document: OpenApiDocument, operations: ShownOperation[], errors: string[]): Trials {
  const posted = operations.filter(({ isPosted }) => isPosted);
  const calls = operations.filter(({ isPosted }) => !isPosted).map((shown) => callOf(document, shown));
  const signed = calls.filter(({ access }) => access === "signature" || access === "gateway");
  return {
    calls: calls.filter((call) => !signed.includes(call)),
    untried: Object.fromEntries([
      ...posted.map(({ operation }) => [operation.operationId, "There is nothing to try: a server posts it to you."]),
      ...signed.map(({ operationId }) => [
        operationId,
        "It cannot be tried here: it has to be signed. The samples sign it.",
      ]),
    ]),
    errors,
  };
}

function callOf(document: OpenApiDocument, { operation, method, path, parameters }: ShownOperation): Call {
  const { operationId, summary = operationId } = operation;
  const sample = sampleRequest(document, { operation, method, path, parameters });
  const fieldOf = fieldsFrom(document, { ...sample.pathParameters, ...sample.query, ...sample.body });
  const placed = parameters.flatMap((parameter: Parameter & { description?: string }) => {
    const { name, in: place, required = false, description, schema } = parameter;
    if (place !== "path" && place !== "query") return [];
    return [
      fieldOf(name, place, required, { ...resolve<Schema>(document, schema), ...(description && { description }) }),
    ];
  });
  const form = sample.isJson ? undefined : formOf(document, operation);
  const parts = form ? withParts(document, form.schema) : [];
  const needed = parts.flatMap(({ required = [] }) => required);
  const properties = Object.entries<Schema>(Object.assign({}, ...parts.map((part) => part.properties)));
  const formFields = properties.map(([name, property]) =>
    fieldOf(name, "form", needed.includes(name), resolve<Schema>(document, property)),
  );
  return {
    ...{ operationId, title: summary, method, path, access: sample.access },
    fields: [...placed, ...formFields],
    ...(sample.isJson && { json: JSON.stringify(sample.body, null, 2) }),
  };
}

/** Makes fields with the values of an example. */
function fieldsFrom(document: OpenApiDocument, given: Fields) {
  return (name: string, place: Field["in"], isRequired: boolean, schema: Schema): Field => {
    const value = given[name];
    const items = schema.items && resolve<Schema>(document, schema.items);
    const isList = items !== undefined && items.type !== "object";
    const listed = isList && Array.isArray(value) ? value.map(asText).join("\n") : asText(value);
    const options = (schema.enum ?? (schema.type === "boolean" ? [true, false] : [])).map(asText);
    const hint = firstSentence(schema.description?.trim() ?? "");
    return { name, in: place, value: listed, isRequired, isList, options: isList ? [] : options, hint };
  };
}

function asText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
