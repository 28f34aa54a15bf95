import { examplesOf, formOf, type OpenApiDocument, operationsOf, resolve, type Schema } from "@countersign/document";

/**
 * Says what a reader of JSON Schema knows without being told, and generators of code and of requests do not: the type
 * of a constant and of each alternative, a title of its own for each error, and an example of each field of a form.
 */
export function completeForTools(document: OpenApiDocument): void {
  addTypes(document);
  nameErrors(document.components.schemas);
  addFieldExamples(document);
}

/** Schemas are wherever there is no data. */
function addTypes(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  const schema = node as Schema;
  const { type, anyOf = [], propertyNames } = schema;
  if ("const" in schema) schema.type ??= typeOf(schema.const);
  if (propertyNames) propertyNames.type ??= "string";
  if (type) for (const alternative of anyOf) alternative.type ??= type;
  for (const [key, part] of Object.entries(node)) if (!isData.test(key)) addTypes(part);
}

const isData = /^(examples?|default|const|enum)$/;

function typeOf(value: unknown): string {
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** Some number the types that have one title, and several errors share a text. */
function nameErrors(schemas: Record<string, Schema>): void {
  for (const [name, schema] of Object.entries(schemas)) {
    if (/^(?:V1)?Error\d/.test(name)) schema.title = `${name}: ${schema.title}`;
  }
}

/** What fills in a form reads its fields, and no example of the whole. Fields of one name show one thing. */
function addFieldExamples(document: OpenApiDocument): void {
  const forms = operationsOf(document).flatMap(({ operation }) => formOf(document, operation) ?? []);
  const bodies = forms.map((form) => examplesOf(document, form).map(([, body]) => body as Record<string, unknown>));
  for (const [index, { schema }] of forms.entries()) {
    const known = Object.assign({}, ...[...(bodies[index] ?? []), ...bodies.flat()].reverse());
    for (const [name, field] of Object.entries(resolve<Schema>(document, schema).properties ?? {})) {
      const target = resolve<Schema>(document, field);
      target.example ??= known[name];
    }
  }
}
