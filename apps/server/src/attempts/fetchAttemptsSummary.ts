import { tooManyRequests } from "../accounts/too-many-requests.ts";
import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { accepted } from "../kernel/refusal.ts";
import { attemptFilter } from "./attempt-filter.ts";

export function fetchAttemptsSummary(dependencies: Dependencies): Handler<"fetchAttemptsSummary"> {
  const { store, clock } = dependencies;
  return async ({ accountSid, query, url }) => {
    const request = { accountSid, name: "fetchAttemptsSummary" };
    const refusal = await tooManyRequests(dependencies, request, limits.attemptReads);
    if (refusal) return refusal;
    const { total, converted } = await store.attempts.count(accountSid, attemptFilter(query, clock()));
    return accepted({
      total_attempts: total,
      total_converted: converted,
      total_unconverted: total - converted,
      conversion_rate_percentage: percentage(converted, total),
      url: url.href,
    });
  };
}

/** As text, with at most nine decimals. */
function percentage(part: number, whole: number): string {
  return whole === 0 ? "0" : String(Math.floor((part / whole) * 1e11) / 1e9);
}
