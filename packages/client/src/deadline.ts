/**
 * What ends a call: its time, or its caller. It has what the transport over `node:http` asks of a signal; a real one, which
 * costs Node.js 20 a sixth of such a call, is made for those alone who ask for it.
 */
export class Ending {
  aborted = false;
  reason: unknown;
  #controller: AbortController | undefined;
  #listener: (() => void) | undefined;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  /** A call is sent once at a time, so that there is one listener. */
  addEventListener(_: "abort", listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(_: "abort", listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  end(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#controller?.abort(reason);
    this.#listener?.();
  }
}

/**
 * Runs a call that is ended by time or by the caller, each with its reason; what else fails is handed to `failure`. A
 * timer and a listener of our own: `AbortSignal.timeout` lives on for the whole time after a call that was answered at
 * once, and `AbortSignal.any` leaks on a caller's signal that outlives many calls (Node 20 and 22).
 */
export async function withDeadline<T>(
  run: (ending: Ending) => Promise<T>,
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  failure: (reason: string, cause?: unknown) => Error,
): Promise<T> {
  const ending = new Ending();
  const abort = () => ending.end(callerSignal?.reason);
  const expire = () => ending.end(failure(`no answer in ${timeoutMs} ms`));
  // Above 2^31 ms, about 25 days, a timer fires at once.
  const timer = setTimeout(expire, Math.min(timeoutMs, 2 ** 31 - 1));
  if (callerSignal?.aborted) abort();
  callerSignal?.addEventListener("abort", abort);
  try {
    return await run(ending);
  } catch (thrown) {
    if (ending.aborted) throw ending.signal.reason;
    // `fetch` keeps what went wrong with the connection one level down.
    const error = thrown as Error & { cause?: Error };
    throw failure(error.cause?.message || error.message, error);
  } finally {
    clearTimeout(timer);
    callerSignal?.removeEventListener("abort", abort);
  }
}
