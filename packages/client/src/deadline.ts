/**
 * Runs a call under a signal that ends it by time or by the caller, each with its reason; what else fails is handed to
 * `failure`. A timer and a listener of our own: `AbortSignal.timeout` lives on for the whole time after a call that was
 * answered at once, and `AbortSignal.any` leaks on a caller's signal that outlives many calls (Node 20 and 22).
 */
export async function withDeadline<T>(
  run: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  failure: (reason: string, cause?: unknown) => Error,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(callerSignal?.reason);
  const expire = () => controller.abort(failure(`no answer in ${timeoutMs} ms`));
  // Above 2^31 ms, about 25 days, a timer fires at once.
  const timer = setTimeout(expire, Math.min(timeoutMs, 2 ** 31 - 1));
  if (callerSignal?.aborted) abort();
  callerSignal?.addEventListener("abort", abort);
  try {
    return await run(controller.signal);
  } catch (thrown) {
    controller.signal.throwIfAborted();
    // `fetch` keeps what went wrong with the connection one level down.
    const error = thrown as Error & { cause?: Error };
    throw failure(error.cause?.message || error.message, error);
  } finally {
    clearTimeout(timer);
    callerSignal?.removeEventListener("abort", abort);
  }
}
