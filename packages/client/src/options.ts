import type { Credentials } from "./credentials.ts";
import type { Fetch, RetryOptions } from "./retry.ts";

/** Who calls, where, and how patiently. */
export type ClientOptions = Credentials & {
  /** Where the API is: the sandbox on this machine (`http://127.0.0.1:4010`), or `https://verify.twilio.com`. */
  baseUrl?: string | undefined;
  /** What sends the requests; the runtime's own `fetch` by default. */
  fetch?: Fetch | undefined;
  /** How long a call may take, retries and their waits included, in milliseconds (30,000); `Infinity` for no limit. */
  timeoutMs?: number | undefined;
  /** Sends a call again that was answered 429 or 503. Off by default. */
  retry?: RetryOptions | undefined;
};
