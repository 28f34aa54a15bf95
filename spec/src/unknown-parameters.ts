import { errorsIn, type OpenApiDocument, operationsOf, type Response, resolve } from "@countersign/document";

const header = { "Countersign-Unknown-Parameters": { $ref: "#/components/headers/CountersignUnknownParameters" } };

/**
 * Gives the success of every operation of v2 the header that names what was passed over, if a start has it. Those with a
 * query refuse unknown names: a list that is not filtered as asked would be another list.
 */
export function addUnknownParameters(document: OpenApiDocument): void {
  if (!document.components.headers?.CountersignUnknownParameters) return;
  for (const { operation, parameters } of operationsOf(document)) {
    const isV1 = errorsIn(document, operation.responses).some(({ api }) => api === "v1");
    if (isV1 || parameters.some((parameter) => parameter.in === "query")) continue;
    for (const [status, response] of Object.entries(operation.responses)) {
      const target = resolve<Response>(document, response);
      if (status < "300") target.headers = { ...target.headers, ...header };
    }
  }
}
