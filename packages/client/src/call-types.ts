import type { ErrorBody, paths, RequestBody, SuccessBody } from "@countersign/types/api";
import type { Result } from "./result.ts";

type Method = "get" | "post" | "delete";

/** The paths that have an operation of the method. */
type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

/**
 * Calls of one method, by path. A misspelt parameter does not compile, be it an optional one.
 */
export type Call<M extends Method> = <P extends PathWith<M>>(
  path: P,
  ...init: InitArguments<OperationAt<P, M>>
) => Promise<Result<SuccessBody<OperationAt<P, M>>, ErrorBody<OperationAt<P, M>>>>;

/** The paths whose operation answers one page of a list. */
type PagedPath = {
  [P in PathWith<"get">]: SuccessBody<OperationAt<P, "get">> extends Page ? P : never;
}[PathWith<"get">];

/** Walks a list, page by page, and gives its items. */
export type Paginate = <P extends PagedPath>(
  path: P,
  ...init: InitArguments<OperationAt<P, "get">>
) => AsyncGenerator<ItemOf<SuccessBody<OperationAt<P, "get">>>, void, undefined>;

type OperationAt<P extends keyof paths, M extends Method> = paths[P][M];

type Page = { meta: { key: string; next_page_url: string | null } };

type ItemOf<List> = List[Exclude<keyof List, "meta">] extends (infer Item)[] ? Item : never;

/** What goes with a call. It may be left out when nothing in it is required. */
type InitArguments<Operation> =
  Partial<Init<Operation>> extends Init<Operation> ? [init?: Init<Operation>] : [init: Init<Operation>];

type Init<Operation> = ParamsOption<Operation> & BodyOption<Operation> & CallOptions;

/** What any call takes beside its parameters. */
export type CallOptions = {
  /** Sent besides the client's own, or in place of them. `Content-Type: application/json` sends the body as JSON (v1). */
  headers?: Headers | Record<string, string | undefined>;
  /** Ends the call when the caller aborts it; the call then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
};

type ParamsOption<Operation> = Operation extends { parameters: infer Parameters }
  ? Partial<Params<Parameters>> extends Params<Parameters>
    ? { params?: Params<Parameters> }
    : { params: Params<Parameters> }
  : { params?: never };

type Params<Parameters> = {
  [Place in keyof Parameters as Parameters[Place] extends undefined ? never : Place]: Sendable<Parameters[Place]>;
};

type BodyOption<Operation> = [RequestBody<Operation>] extends [never]
  ? { body?: never }
  : Operation extends { requestBody: unknown }
    ? { body: Sendable<RequestBody<Operation>> }
    : { body?: Sendable<RequestBody<Operation>> };

/** Wire types as a caller may write them, and of v1's two formats the one that this client reads. */
type Sendable<Fields> = {
  [Name in keyof Fields]:
    | (Name extends "format" ? Exclude<Fields[Name], "xml"> : Fields[Name])
    | AlsoTaken<Fields, Name>;
};

/** What is taken beside the type of the wire: a `Date` where the name says it is one, `undefined` for what is left out. */
export type AlsoTaken<Fields, Name extends keyof Fields> =
  | (Name extends `Date${string}` ? Date : never)
  | (Record<never, never> extends Pick<Fields, Name> ? undefined : never);
