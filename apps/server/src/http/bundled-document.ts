import { errorsIn, type OpenApiDocument, operationsOf } from "@countersign/document";
import document from "@countersign/spec/openapi.json" with { type: "json" };

/** The project's document, built by the `spec` workspace. */
export const bundledDocument = document as unknown as OpenApiDocument;

/** Makes the function that tells whether an operation documents an error of its API. */
export function documentedErrors(document: OpenApiDocument): (operationId: string, code: number) => boolean {
  const operations = new Map(operationsOf(document).map(({ operation }) => [operation.operationId, operation]));
  return (operationId, code) =>
    errorsIn(document, operations.get(operationId)?.responses ?? {}).some((error) => error.code === code);
}
