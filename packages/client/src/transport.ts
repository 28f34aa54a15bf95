import { authentication, demand } from "./credentials.ts";
import { type Ending, withDeadline } from "./deadline.ts";
import { encodeFields, entriesOf, fillPath, type PathValues } from "./encode.ts";
import { ConnectionError } from "./errors.ts";
import { type ClientOptions, readOptions } from "./options.ts";
import { type Result, settle } from "./result.ts";
import { sendWithRetry } from "./retry.ts";

/** What goes with a call, untyped. */
export type Init = {
  params?: { path?: PathValues; query?: object; header?: Record<string, string> };
  body?: object;
  headers?: Headers | Record<string, string | undefined> | undefined;
  signal?: AbortSignal | undefined;
};

/** Makes one call, with its retries; to `url`, when given, in place of the filled path. */
type Transport = (method: string, path: string, init?: Init, url?: string | null) => Promise<Result<unknown, unknown>>;

/** What every call has: forms, but JSON for passkeys, authentication, an end in time, retries. */
export function createTransport(options: ClientOptions): Transport {
  const { baseUrl, origin, timeoutMs } = readOptions(options);
  const own = authentication(options);

  return async (method, path, { params = {}, body, headers, signal } = {}, next) => {
    const failure = (reason: string, cause?: unknown) => new ConnectionError(`${method} ${path}: ${reason}`, { cause });
    const target = next || baseUrl + fillPath(path, params.path);
    const nextOrigin = next ? new URL(next).origin : origin;
    if (nextOrigin !== origin) throw failure(`the next page is on ${nextOrigin}`);
    demand("body", body === undefined || Object(body) === body);
    const type = body && (path.includes("/Passkeys/") ? "application/json" : "application/x-www-form-urlencoded");
    const sent = headersOf(own, { "Content-Type": type }, headers, params.header);
    const run = async (ending: Ending) => {
      const query = !next && params.query && encodeFields(params.query);
      const request = {
        method,
        url: query ? `${target}?${query}` : target,
        headers: sent,
        ...(body && { body: encodeBody(body, sent) }),
        // The API never redirects; to follow would hand the v1 key and the body to whoever does.
        redirect: "manual" as const,
      };
      return settle(method, await sendWithRetry(request, ending, options));
    };
    return withDeadline(run, timeoutMs, signal, failure);
  };
}

/**
 * Merges headers: of the same one the last counts, and `null` takes it away.
 *
 * @throws TypeError when one cannot be sent. The runtime's own error tells its value, which may be a secret.
 */
function headersOf(...given: (object | undefined)[]): Headers {
  const merged = new Headers();
  try {
    for (const headers of given) {
      if (!headers) continue;
      for (const [name, value] of entriesOf(headers)) {
        if (value === null) merged.delete(name);
        else if (value !== undefined) merged.set(name, value);
      }
    }
  } catch {
    demand("headers");
  }
  return merged;
}

function encodeBody(body: object, headers: Headers): string {
  return headers.get("Content-Type") === "application/json" ? JSON.stringify(body) : encodeFields(body);
}
