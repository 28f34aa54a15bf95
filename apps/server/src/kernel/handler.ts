import type { IncomingMessage } from "node:http";
import type { ErrorOf, OperationId, operations, RequestOf, ResponseOf } from "@countersign/types";
import type { Outcome } from "./refusal.ts";
import type { Scopes } from "./scope.ts";

/** The operations that this service serves: all of v2 and of the sandbox. */
export type ServedOperationId = {
  [Id in OperationId]: [Extract<ErrorOf<Id>, { error_code: string }>] extends [never] ? Id : never;
}[OperationId];

/** In whose name a request is. */
export interface Principal {
  /** A device proves itself by a factor or an enrolment, never by an account's secret. */
  kind: "account" | "gateway" | "device" | "nobody";
  /** Whose resources it reaches; empty where it is nobody's account. */
  accountSid: string;
  /** Who it is among its kind: the sid that it gave, or the name of a gateway. */
  actor: string;
  /** What it may do of what an account may; whoever is none needs none. */
  scopes: Scopes;
  /** Whose device it is, where a service is named in which it may be anybody's. */
  device?: Device;
}

/** A person's device, by its factor, or by the access token that gets it one. */
export type Device = { serviceSid: string; identity: string } & ({ factorSid: string } | { accessTokenSid: string });

/** Who changes something: a principal's `actor`, or the operator where no request asks for it; and from where. */
export interface Author {
  actor: string;
  /** Of the connection that the request came on. */
  address: string | null;
}

/** A request that fits the document: its parameters are parsed, and a body has no other types than the document's. */
export interface Request<Id extends OperationId> {
  principal: Principal;
  /** Who is behind what it changes. */
  by: Author;
  /** As it came, for what is about no parameter. */
  raw: Pick<IncomingMessage, "headers" | "socket">;
  /** That of the principal. */
  accountSid: string;
  /** What every absolute address of the service begins with; without a slash at the end. */
  base: string;
  /** Makes the absolute address of the request. */
  url: () => URL;
  /** Whether nobody waits for the answer any more. */
  hasHungUp: () => boolean;
  path: Given<operations[Id]["parameters"]["path"]>;
  query: Given<operations[Id]["parameters"]["query"]>;
  body: Given<RequestOf<Id>>;
}

/** Acts on a request. What it answers, success or refusal, is one of the answers that the document has for the operation. */
export type Handler<Id extends OperationId> = (
  request: Request<Id>,
) => Promise<Outcome<ResponseOf<Id>, Extract<ErrorOf<Id>, { code: number }>["code"]>>;

/** One handler for every operation that is served: a missing one does not compile. */
export type Handlers = { [Id in ServedOperationId]: Handler<Id> };

/** Nothing where the document has nothing. */
export type Given<Parameters> = [Exclude<Parameters, undefined>] extends [never]
  ? Record<never, never>
  : Exclude<Parameters, undefined>;
