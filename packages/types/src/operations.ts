import type { operations } from "./openapi.gen.ts";

/** The name of an operation in the document, such as `"createVerification"`. */
export type OperationId = keyof operations;

/** The body that an operation takes; `never` when it takes none. */
export type RequestOf<Id extends OperationId> = RequestBody<operations[Id]>;

/** The JSON body of an operation's success; `undefined` when the answer has no body. */
export type ResponseOf<Id extends OperationId> = SuccessBody<operations[Id]>;

/**
 * The JSON bodies of the errors that an operation answers. v2 errors are told apart by `code` and v1 errors by
 * `error_code`, so a `switch` over either is checked for completeness.
 */
export type ErrorOf<Id extends OperationId> = ErrorBody<operations[Id]>;

/** `RequestOf` for an operation given as a type of `paths` or `operations`. */
export type RequestBody<Operation> = Operation extends { requestBody?: infer Request }
  ? NonNullable<Request> extends { content: infer Content }
    ? Content[keyof Content & ("application/x-www-form-urlencoded" | "application/json")]
    : never
  : never;

/** `ResponseOf` for an operation given as a type of `paths` or `operations`. */
export type SuccessBody<Operation> = BodyByStatus<Operation, "2">;

/** `ErrorOf` for an operation given as a type of `paths` or `operations`. */
export type ErrorBody<Operation> = Exclude<BodyByStatus<Operation, "4" | "5">, undefined>;

type BodyByStatus<Operation, FirstDigit extends string> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses]: `${Status & (string | number)}` extends `${FirstDigit}${string}`
        ? JsonBody<Responses[Status]>
        : never;
    }[keyof Responses]
  : never;

type JsonBody<Response> = Response extends { content: { "application/json": infer Body } } ? Body : undefined;
