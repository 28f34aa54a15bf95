import type { Dependencies } from "../dependencies.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import type { RequestLimit } from "../kernel/request-limit.ts";

/** Counts a request of an account; the refusal when a limit on those of that name is used up. */
export async function tooManyRequests(
  { store, clock }: Pick<Dependencies, "store" | "clock">,
  request: { accountSid: string; name: string },
  limits: readonly RequestLimit[],
): Promise<{ ok: false; refusal: Refusal<20429> } | undefined> {
  const retryAfterSeconds = await store.requests.count(request, limits, clock());
  return retryAfterSeconds > 0 ? refused(20429, { retryAfterSeconds }) : undefined;
}
