export type * from "@countersign/types/api";
export { type Client, createClient } from "./create-client.ts";
export type { Credentials } from "./credentials.ts";
export { ConnectionError, VerifyError } from "./errors.ts";
export type { ClientOptions } from "./options.ts";
export { type Result, type UndocumentedError, unwrap } from "./result.ts";
export type { Fetch, RetryOptions } from "./retry.ts";
