import type { OperationId, operations, RequestBody } from "@countersign/types/api";
import type { AlsoTaken, CallOptions } from "./call-types.ts";
import type { Client } from "./create-client.ts";

/**
 * All that an operation takes, as one plain object by the names of the wire: what is in the path, the query and the body.
 * Only what is the object's own goes along: nothing that an instance has from its class, as a getter.
 */
export type FieldsOf<Id extends OperationId> = {
  [Name in keyof Taken<Id>]: Taken<Id>[Name] | AlsoTaken<Taken<Id>, Name>;
};

/** Makes a call whose fields are in the path or else in the query. */
export function ask<R>(
  client: Caller,
  method: "GET" | "POST" | "DELETE",
  path: string,
  fields: object = {},
  options?: CallOptions,
): Promise<R> {
  return client[method](path, { ...options, params: { path: fields, query: withoutPath(path, fields) } });
}

/** Makes a call whose fields are in the path or else in the body. */
export function send<R>(client: Caller, path: string, fields: object = {}, options?: CallOptions): Promise<R> {
  return client.POST(path, { ...options, params: { path: fields }, body: withoutPath(path, fields) });
}

/** Walks a list, page by page, and gives its items. */
export function walk<Item>(
  client: Caller,
  path: string,
  fields: object = {},
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  return client.paginate(path, { ...options, params: { path: fields, query: withoutPath(path, fields) } });
}

/** The client takes of the fields what the path names; these are the others. */
function withoutPath(path: string, fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !path.includes(`{${name}}`)));
}

// biome-ignore lint/suspicious/noExplicitAny: the generated functions say what goes in and what comes of it.
type Caller = Record<keyof Client, any>;

type Taken<Id extends OperationId> = WithDefault<Known<operations[Id]["parameters"]["path"]>> &
  Known<operations[Id]["parameters"]["query"]> &
  Known<RequestBody<operations[Id]>>;

type Known<Fields> = [NonNullable<Fields>] extends [never] ? unknown : NonNullable<Fields>;

/** v1 answers in JSON where nobody asks for a format, and this client reads no other. */
type WithDefault<Fields> = Fields extends { format: unknown } ? Omit<Fields, "format"> & { format?: "json" } : Fields;
