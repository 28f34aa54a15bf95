import { errorsIn, type OpenApiDocument, type Operation, operationsOf } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };
import { perPart } from "./per-part.ts";

/** The project's document, built by the `spec` workspace. */
export const bundledDocument = document as unknown as OpenApiDocument;

/** Makes the function that tells whether an operation documents an error of its API. */
export function documentedErrors(document: OpenApiDocument): (operationId: string, code: number) => boolean {
  const operations = operationsById(document, document.paths);
  return (operationId, code) => {
    const responses = operations.get(operationId)?.responses;
    return responses !== undefined && codesIn(document, responses).has(code);
  };
}

const operationsById = perPart(
  (document: OpenApiDocument, _paths: OpenApiDocument["paths"]) =>
    new Map(operationsOf(document).map(({ operation }) => [operation.operationId, operation])),
);

const codesIn = perPart(
  (document: OpenApiDocument, responses: Operation["responses"]) =>
    new Set(errorsIn(document, responses).map(({ code }) => code)),
);
