import {
  type Example,
  type OpenApiDocument,
  operationsOf,
  type Ref,
  type Response,
  resolve,
} from "@countersign/document";

/**
 * Puts each error's bare number in front of its title, in the schemas and in the examples named for an error, so that
 * the reader finds it where a response offers several, and a link to its page where its number is described.
 */
export function numberErrorTitles(document: OpenApiDocument): void {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    const [, v1, code] = /^(V1)?Error(\d{5})$/.exec(name) ?? [];
    if (!code) continue;
    schema.title = String(schema.title).replace(`${name}:`, code);
    const number = schema.properties?.code ?? schema.properties?.error_code;
    if (number) number.description = `The error's number: [what to do](#tag/Errors/${v1 ? "V1-" : ""}${code}-)`;
  }
  for (const { operation } of operationsOf(document)) {
    for (const response of Object.values(operation.responses)) {
      const { content = {} } = resolve<Response>(document, response);
      for (const { examples } of Object.values(content)) numberSummaries(document, examples ?? {});
    }
  }
}

/** Several operations may share a response, so it may be numbered already. A shared example itself is left as it is. */
function numberSummaries(document: OpenApiDocument, examples: Record<string, Example | Ref>): void {
  for (const [name, example] of Object.entries(examples)) {
    const code = /^error(\d{5})$/.exec(name)?.[1];
    const { summary = "", value } = resolve(document, example);
    if (code && !summary.startsWith(code)) examples[name] = { summary: `${code} ${summary}`, value };
  }
}
