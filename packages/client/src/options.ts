import { type Credentials, demand } from "./credentials.ts";
import type { Fetch, RetryOptions } from "./retry.ts";

/** Who calls, where, and how patiently. */
export type ClientOptions = Credentials & {
  /**
   * Where the API is: the sandbox on this machine (`http://127.0.0.1:4010`), or `https://verify.twilio.com`. It is as
   * `http(s)://host` or `http(s)://host/path`: with a query, a fragment or a password it is refused.
   */
  baseUrl?: string | URL | undefined;
  /** What sends the requests; the runtime's own `fetch` by default. */
  fetch?: Fetch | undefined;
  /** How long a call may take, retries and their waits included, in milliseconds (30,000); `Infinity` for no limit. */
  timeoutMs?: number | undefined;
  /** Sends a call again that was answered 429 or 503. Off by default. */
  retry?: RetryOptions | undefined;
};

/**
 * Looks at everything but the credentials before the first call needs it. `NaN`, as of an unset environment variable,
 * would be no limit or no time.
 *
 * @returns the base URL without a slash at its end, and its origin.
 * @throws TypeError when an option cannot be used.
 */
export function readOptions({
  baseUrl = "http://127.0.0.1:4010",
  fetch,
  timeoutMs = 30_000,
  retry: { attempts, maxDelayMs = 0 } = { attempts: 1 },
}: ClientOptions): { baseUrl: string; origin: string; timeoutMs: number } {
  const url = hrefOf(baseUrl);
  demand("baseUrl", /^https?:\/\/[^/@]+\/[^?#]*$/.test(url));
  demand("fetch", fetch === undefined || typeof fetch === "function");
  demand("timeoutMs", isFrom(1, timeoutMs));
  demand("retry.attempts", isFrom(1, attempts));
  demand("retry.maxDelayMs", isFrom(0, maxDelayMs));
  return { baseUrl: url.replace(/\/+$/, ""), origin: new URL(url).origin, timeoutMs };
}

/** The error of `new URL` tells what it was given, in which a password may be. */
function hrefOf(url: string | URL): string {
  try {
    return new URL(url).href;
  } catch {
    return "";
  }
}

function isFrom(least: number, value: unknown): boolean {
  return typeof value === "number" && value >= least;
}
