import createHttp, { mergeHeaders } from "openapi-fetch";
import { authentication, demand } from "./credentials.ts";
import { withDeadline } from "./deadline.ts";
import { encodeFields, entriesOf, fillPath, type PathValues } from "./encode.ts";
import { ConnectionError } from "./errors.ts";
import { type ClientOptions, readOptions } from "./options.ts";
import { type RawResult, type Result, settle } from "./result.ts";
import { type PlainRequest, sendWithRetry } from "./retry.ts";

/** What goes with a call, untyped. */
export type Init = {
  params?: { path?: PathValues; query?: object; header?: Record<string, string> };
  body?: object;
  headers?: Headers | Record<string, string | undefined> | undefined;
  signal?: AbortSignal | undefined;
};

/** Makes one call, with its retries; to `url`, when given, in place of the filled path. */
type Transport = (method: string, path: string, init?: Init, url?: string | null) => Promise<Result<unknown, unknown>>;

/** openapi-fetch, set up for this API: forms, but JSON for passkeys, authentication, an end in time, retries. */
export function createTransport(options: ClientOptions): Transport {
  const { baseUrl, origin, timeoutMs } = readOptions(options);
  const http = createHttp({
    baseUrl,
    headers: authentication(options),
    Request: createPlainRequest as unknown as typeof Request,
    querySerializer: encodeFields as (query: unknown) => string,
    bodySerializer: encodeBody as (body: unknown) => string,
    // The API never redirects; to follow would hand the v1 key and the body to whoever does.
    redirect: "manual",
  }).request as unknown as (method: string, path: string, init: object) => Promise<RawResult>;

  return async (method, path, { params = {}, body, headers, signal } = {}, url) => {
    const failure = (reason: string, cause?: unknown) => new ConnectionError(`${method} ${path}: ${reason}`, { cause });
    const target = url ? "" : fillPath(path, params.path);
    const urlOrigin = url ? new URL(url).origin : origin;
    if (urlOrigin !== origin) throw failure(`the next page is on ${urlOrigin}`);
    const own = {
      "Content-Type": body && (path.includes("/Passkeys/") ? "application/json" : "application/x-www-form-urlencoded"),
      ...Object.fromEntries(entriesOf(headers ?? {})),
    };
    demandHeaders(own, params.header);
    const run = (signal: AbortSignal) =>
      http(method, target, {
        ...(url ? { baseUrl: url } : { params }),
        body,
        headers: own,
        signal,
        fetch: (request: PlainRequest) => sendWithRetry(request, options),
      }).then((result) => settle(method, result));
    return withDeadline(run, timeoutMs, signal, failure);
  };
}

/** The runtime's own error tells a header's value, which may be a secret. */
function demandHeaders(...headers: Parameters<typeof mergeHeaders>): void {
  try {
    mergeHeaders(...headers);
  } catch {
    demand("headers");
  }
}

/** In place of the runtime's `Request`, whose making costs half as much again as the call itself. Used with `new`. */
function createPlainRequest(url: string, init: Omit<PlainRequest, "url">): PlainRequest {
  return { ...init, url };
}

function encodeBody(body: object, headers: Headers): string {
  return headers.get("Content-Type") === "application/json" ? JSON.stringify(body) : encodeFields(body);
}
