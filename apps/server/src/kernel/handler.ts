import type { ErrorOf, OperationId, operations, RequestOf, ResponseOf } from "@countersign/types";
import type { Outcome } from "./refusal.ts";

/** The operations that this service serves: all of v2 and of the sandbox. */
export type ServedOperationId = {
  [Id in OperationId]: [Extract<ErrorOf<Id>, { error_code: string }>] extends [never] ? Id : never;
}[OperationId];

/** A request that fits the document: its parameters are parsed, and a body has no other types than the document's. */
export interface Request<Id extends OperationId> {
  /** Whose credentials the request carries; empty for an operation that asks for none. */
  accountSid: string;
  /** Which gateway signed the request; empty for an operation that asks for no signature. */
  signer: string;
  /** What every absolute address of the service begins with; without a slash at the end. */
  base: string;
  /** The absolute address of the request. */
  url: URL;
  path: Given<operations[Id]["parameters"]["path"]>;
  query: Given<operations[Id]["parameters"]["query"]>;
  body: [RequestOf<Id>] extends [never] ? Record<never, never> : NonNullable<RequestOf<Id>>;
}

/** Acts on a request. What it answers, success or refusal, is one of the answers that the document has for the operation. */
export type Handler<Id extends OperationId> = (
  request: Request<Id>,
) => Promise<Outcome<ResponseOf<Id>, Extract<ErrorOf<Id>, { code: number }>["code"]>>;

/** One handler for every operation that is served: a missing one does not compile. */
export type Handlers = { [Id in ServedOperationId]: Handler<Id> };

type Given<Parameters> = [Exclude<Parameters, undefined>] extends [never]
  ? Record<never, never>
  : Exclude<Parameters, undefined>;
