import { type OpenApiDocument, operationsOf, type Response, resolve } from "@countersign/document";

const header = "Twilio-Request-Id";

/**
 * Gives every answer of an operation the request's id, if its answer to a failure has one: there a reader asks for it,
 * and the service sends it always. Written by hand it would stand under every status of every operation.
 */
export function addRequestIds(document: OpenApiDocument): void {
  for (const { operation } of operationsOf(document)) {
    const failure = operation.responses["500"];
    const id = failure && resolve<Response>(document, failure).headers?.[header];
    if (!id) continue;
    for (const response of Object.values(operation.responses)) {
      const target = resolve<Response>(document, response);
      target.headers = { ...target.headers, [header]: id };
    }
  }
}
