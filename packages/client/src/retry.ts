import type { Ending } from "./deadline.ts";

/** When a call is sent again that was answered 429 or 503; the API changes nothing before it answers these. */
export type RetryOptions = {
  /** How often a call is sent at most, the first time included. */
  attempts: number;
  /**
   * The longest wait in milliseconds (30,000). An answer that asks for more is returned at once. Where none is told, the
   * n-th wait is random: up to 100 times 2^n milliseconds, and no longer than this.
   */
  maxDelayMs?: number | undefined;
  /** Waits. Replaced in tests. */
  sleep?: ((delayMs: number, signal: AbortSignal) => Promise<void>) | undefined;
};

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A `fetch` that is content with an `Ending` where `fetch` is given a signal: it names itself, which no wrapper of it is. */
export type EndableFetch = Fetch & { takesEnding?: Fetch };

/** A request that can be sent again: its body is still text. */
type PlainRequest = RequestInit & { url: string };

/** Sends a request until it is answered with something else than 429 and 503, or the attempts are used up. */
export async function sendWithRetry(
  request: PlainRequest,
  ending: Ending,
  // The runtime's fetch is looked up at each call, so that one replaced later, as by a test library, is used.
  {
    fetch = globalThis.fetch,
    retry: { attempts, maxDelayMs = 30_000, sleep = wait } = { attempts: 1 },
  }: { fetch?: EndableFetch | undefined; retry?: RetryOptions | undefined },
): Promise<Response> {
  const init = { ...request, signal: fetch.takesEnding === fetch ? (ending as unknown as AbortSignal) : ending.signal };
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(request.url, init);
    if (attempt >= attempts || ![429, 503].includes(response.status)) return response;
    const body = await response
      .clone()
      .json()
      .catch(() => undefined);
    const delayMs = retryAfterMs(response, body?.details) ?? Math.random() * Math.min(maxDelayMs, 100 * 2 ** attempt);
    if (delayMs > maxDelayMs) return response;
    await response.body?.cancel();
    await sleep(delayMs, ending.signal);
  }
}

/**
 * The wait that a refusal asks for, in milliseconds: v2 tells every wait in `details`, but only short ones in
 * `Retry-After`, as seconds or as an HTTP date.
 */
export function retryAfterMs({ headers }: Response, details?: Record<string, unknown>): number | undefined {
  const value = details?.retry_after_seconds ?? headers.get("Retry-After");
  const delayMs = Number(value) * 1000 || Date.parse(value as string) - Date.now();
  return delayMs >= 0 ? delayMs : undefined;
}

/** Waits, unless the signal ends it: then it rejects with the signal's reason. */
function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // Above 2^31 ms, as with an endless `maxDelayMs`, a timer fires at once.
    const timer = setTimeout(resolve, Math.min(delayMs, 2 ** 31 - 1));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
