import { type OpenApiDocument, operationsOf, type RequestBody, resolve, type Schema } from "@countersign/document";

/**
 * Writes the settings that the bodies of two operations share, `allOf: [{ $ref: ThingSettings }]`, into each of the
 * bodies, and drops them: who reads a form asks for its fields, and should not have to put them together.
 * A body that updates has no defaults: what it leaves out stays as it is.
 */
export function spreadSettings(document: OpenApiDocument): void {
  const shared = new Set<string>();
  for (const { operation } of operationsOf(document)) {
    const { content } = resolve<RequestBody>(document, operation.requestBody ?? { content: {} });
    for (const { schema } of Object.values(content)) {
      const body = resolve<Schema>(document, schema);
      if (!body.allOf) continue;
      const isUpdate = body.title?.startsWith("Update");
      for (const { $ref = "" } of body.allOf) shared.add($ref.replace(/^.*\//, ""));
      const parts = body.allOf.map((part) => resolve<Schema>(document, part).properties);
      const properties: [string, Schema][] = Object.entries(Object.assign({}, body.properties, ...parts));
      body.properties = Object.fromEntries(
        properties.map(([name, setting]) => [name, isUpdate ? { ...setting, default: undefined } : setting]),
      );
      delete body.allOf;
    }
  }
  for (const name of shared) delete document.components.schemas[name];
}
