import type { IncomingMessage } from "node:http";
import { type OpenApiDocument, operationsOf } from "@countersign/document";
import type { Compile } from "@countersign/document/validator";
import type { Incoming } from "../../http/answer.ts";
import type { Answer, Errors } from "../../http/errors.ts";
import type { V1Handlers } from "../handler.ts";
import { answerToV1, type V1Surroundings } from "./answer.ts";
import type { V1Authenticators } from "./authenticate.ts";
import { type AnyV1Handler, compileV1Operation, type V1Operation } from "./operation.ts";
import { createV1RouteRefuser } from "./routes.ts";

/** What serving the legacy v1 takes. */
export interface V1Options {
  /** An operation without a handler is not served. */
  handlers: Partial<V1Handlers>;
  authenticate: V1Authenticators;
}

/** v1 as the HTTP app serves it: its own ways of reading, authenticating, refusing and writing, on the same addresses. */
interface V1Face {
  routes: { operation: V1Operation; answerTo: (incoming: Incoming) => Promise<Answer | undefined> }[];
  /** Answers what there is no operation for; nothing for an address that is not of v1. */
  refuseRoute: (request: IncomingMessage) => Answer | undefined;
}

export function createV1Face(
  document: OpenApiDocument,
  compile: Compile,
  { handlers, authenticate }: V1Options,
  surroundings: Omit<V1Surroundings, "authenticate">,
  sharedErrors: Errors,
): V1Face {
  const operations = operationsOf(document).flatMap((placed) => {
    const handler = handlers[placed.operation.operationId as keyof V1Handlers] as AnyV1Handler | undefined;
    return handler ? compileV1Operation(document, compile, placed, handler) : [];
  });
  return {
    routes: operations.map((operation) => ({
      operation,
      answerTo: (incoming) => answerToV1(incoming, operation, { ...surroundings, authenticate }),
    })),
    refuseRoute: createV1RouteRefuser(operations, sharedErrors),
  };
}
