import { accepted } from "../domain/refusal.ts";
import { attemptBody } from "./attempt-body.ts";
import { attemptFilter } from "./attempt-filter.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";
import { pageMeta, pageRequest } from "./page.ts";

export function listAttempts({ store, clock }: Dependencies): Handler<"listAttempts"> {
  return async ({ accountSid, query, url }) => {
    const request = pageRequest(query);
    if (!request.ok) return request;
    const now = clock();
    const page = await store.attempts.list(accountSid, attemptFilter(query, now), request.value);
    return accepted({
      attempts: page.items.map((attempt) => attemptBody(attempt, now, url.origin)),
      meta: pageMeta("attempts", query, page, url),
    });
  };
}
