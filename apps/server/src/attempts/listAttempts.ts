import { tooManyRequests } from "../accounts/too-many-requests.ts";
import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { pageMeta, pageRequest } from "../kernel/page-query.ts";
import { accepted } from "../kernel/refusal.ts";
import { attemptBody } from "./attempt-body.ts";
import { attemptFilter } from "./attempt-filter.ts";

export function listAttempts(dependencies: Dependencies): Handler<"listAttempts"> {
  const { store, clock } = dependencies;
  return async ({ accountSid, query, base, url }) => {
    const request = pageRequest(query);
    if (!request.ok) return request;
    const refusal = await tooManyRequests(dependencies, { accountSid, name: "listAttempts" }, limits.attemptReads);
    if (refusal) return refusal;
    const now = clock();
    const page = await store.attempts.list(accountSid, attemptFilter(query, now), request.value);
    return accepted({
      attempts: page.items.map((attempt) => attemptBody(attempt, now, base)),
      meta: pageMeta("attempts", query, page, url),
    });
  };
}
