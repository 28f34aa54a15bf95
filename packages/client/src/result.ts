import { type Refusal, VerifyError } from "./errors.ts";

/** What a call resolves to: `data` of a success, or `error` of a refusal. */
export type Result<Data, Failure> =
  | { data: Data; error?: undefined; response: Response }
  | { data?: undefined; error: Failure | UndocumentedError; response: Response };

/**
 * Stands for a refusal whose body is not the API's: a gateway's empty 502, a redirect, a page of HTML. It has no
 * `code` and no `error_code`.
 */
export type UndocumentedError = {
  code?: undefined;
  error_code?: undefined;
  /** `HTTP 502` */
  message: string;
  /** The HTTP status. */
  status: number;
  /** The body as it came: parsed when it was JSON, else text; empty text or `undefined` when there was none. */
  body: unknown;
};

/**
 * Takes the data out of a call's result.
 *
 * @throws VerifyError when the API refused the call. What the call rejects with passes through.
 */
export async function unwrap<R extends { data?: unknown; error?: unknown; response: Response }>(
  call: R | PromiseLike<R>,
): Promise<DataOf<R>> {
  const result = await call;
  if (result.error) throw new VerifyError(result as unknown as Refusal);
  return result.data as DataOf<R>;
}

type DataOf<R> = Extract<R, { error?: undefined }> extends { data: infer Data } ? Data : never;

/**
 * Reads an answer. Every refusal gets an `error`: its own body may be empty or not the API's.
 *
 * @throws Error when a success is not JSON, or lacks the body that it is documented with, as a proxy leaves it; deletes
 *   have none.
 */
export async function settle(method: string, response: Response): Promise<Result<unknown, unknown>> {
  const text = response.status === 204 ? "" : await response.text();
  if (response.ok) {
    const data = text ? fromJson(text, response) : undefined;
    if (response.status === 204 || method === "DELETE") return { data: data ?? undefined, response };
    if (Object(data) === data) return { data, response };
    throw new Error(`HTTP ${response.status} without a body`);
  }
  const body = parsed(text, response);
  if (body?.code || body?.error_code) return { error: body, response };
  return { error: { message: `HTTP ${response.status}`, status: response.status, body }, response };
}

/** @throws Error which does not quote the text, as the parser's own does: it may hold a secret. */
function fromJson(text: string, { status }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`HTTP ${status} with a body that is not JSON`);
  }
}

/** JSON, or else the text; `undefined` where the answer says that there is none. */
function parsed(text: string, { headers }: Response) {
  try {
    return JSON.parse(text);
  } catch {
    return text || headers.get("Content-Length") !== "0" ? text : undefined;
  }
}
