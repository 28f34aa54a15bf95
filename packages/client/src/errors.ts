import { retryAfterMs } from "./retry.ts";

/** A refusal, with the fields of either API. */
export type Refusal = {
  error: {
    message: string;
    code?: number | undefined;
    error_code?: string | undefined;
    more_info?: string;
    details?: Record<string, unknown>;
  };
  response: Response;
};

/** A refusal by the API, thrown by `unwrap` and `paginate`. `message` is the API's own text, or `HTTP 502`. */
export class VerifyError extends Error {
  override readonly name = "VerifyError";
  /** The error's number in the catalogue (v1's `error_code` too); `undefined` when the body is not the API's. */
  declare readonly code: number | undefined;
  /** The HTTP status. */
  declare readonly status: number;
  /** The address of the error's page; v1 has none. */
  declare readonly moreInfo: string | undefined;
  /** What else the API tells, such as `{ reason: "expired" }` with 20404. */
  declare readonly details: Record<string, unknown> | undefined;
  /** Milliseconds to wait before the next try, from `details.retry_after_seconds` or `Retry-After`. */
  declare readonly retryAfterMs: number | undefined;

  constructor({ error, response }: Refusal) {
    super(error.message);
    this.code = Number(error.code ?? error.error_code) || undefined;
    this.status = response.status;
    this.moreInfo = error.more_info;
    this.details = error.details;
    this.retryAfterMs = retryAfterMs(response, error.details);
  }
}

/**
 * No answer that can be read: the connection failed, the time ran out, a success was not JSON or had no body, or a list
 * went on at another origin. `cause` is what `fetch` threw.
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}
