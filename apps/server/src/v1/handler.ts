import type { ErrorOf, OperationId, operations, RequestOf, ResponseOf } from "@countersign/types";
import type { Author, Given, ServedOperationId } from "../kernel/handler.ts";
import { type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import type { Application } from "./application.ts";

/** The operations of the legacy v1. */
type V1OperationId = Exclude<OperationId, ServedOperationId>;

/** A v1 request that fits the document, in whatever place and notation its parameters came. */
export interface V1Request<Id extends V1OperationId> {
  /** Whose application it is, or for `createApplication` whose it will be. */
  accountSid: string;
  /** Who is behind what it changes. */
  by: Author;
  application: Id extends "createApplication" ? undefined : Application;
  /** The absolute address of the request, under the public URL. */
  url: URL;
  /** Whether nobody waits for the answer any more. */
  hasHungUp: () => boolean;
  path: Given<operations[Id]["parameters"]["path"]>;
  /** Those of the query and of the body, together. */
  parameters: Given<operations[Id]["parameters"]["query"]> & Given<RequestOf<Id>>;
  /** By which the request is found in the log. */
  requestId: string;
  /** The caller's address. */
  ip: string;
}

/** Acts on a v1 request. What it answers is one of the answers that the document has for the operation. */
export type V1Handler<Id extends V1OperationId> = (
  request: V1Request<Id>,
) => Promise<Outcome<ResponseOf<Id>, Extract<ErrorOf<Id>, { error_code: string }>["error_code"]>>;

/** One handler for every operation of v1: a missing one does not compile. */
export type V1Handlers = { [Id in V1OperationId]: V1Handler<Id> };

/** 60004 for a parameter. @param fault what is wrong with it, as `Parameter is required` */
export function v1Invalid(parameter: string, fault: string): { ok: false; refusal: Refusal<"60004"> } {
  return refused("60004", { message: `Invalid parameter: ${parameter} - ${fault}` });
}
