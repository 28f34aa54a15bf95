import { type Example, type OpenApiDocument, operationsOf, type Response, resolve } from "@countersign/document";
import { railsXml } from "./rails-xml.ts";

/** Gives every XML answer the examples of the JSON answer beside it, under the same names. */
export function addXmlExamples(document: OpenApiDocument): void {
  for (const { operation } of operationsOf(document)) {
    for (const response of Object.values(operation.responses)) {
      const { content } = resolve<Response>(document, response);
      const xml = content?.["application/xml"];
      const json = content?.["application/json"];
      if (!xml || !json?.examples) continue;
      xml.examples = Object.fromEntries(
        Object.entries(json.examples).map(([name, reference]) => {
          const example = resolve<Example>(document, reference);
          return [name, { ...example, value: railsXml(example.value as Record<string, unknown>) }];
        }),
      );
    }
  }
}
