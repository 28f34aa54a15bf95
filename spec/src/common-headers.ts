import { type OpenApiDocument, operationsOf, type Response, resolve } from "@countersign/document";

/**
 * Gives every answer of an operation the headers that its answer to a failure has, as the request's id: there a reader asks
 * for it, and the service sends it always. Written by hand they would stand under every status of every operation.
 */
export function addCommonHeaders(document: OpenApiDocument): void {
  for (const { operation } of operationsOf(document)) {
    const failure = operation.responses["500"];
    const common = failure && resolve<Response>(document, failure).headers;
    if (!common?.["Twilio-Request-Id"]) continue;
    for (const response of Object.values(operation.responses)) {
      const target = resolve<Response>(document, response);
      target.headers = { ...target.headers, ...common };
    }
  }
}
