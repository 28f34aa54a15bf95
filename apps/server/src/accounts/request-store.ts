import type { Clock } from "../kernel/clock.ts";
import { countRequest, type RequestLimit } from "../kernel/limits.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import type { Keeping } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";

export interface RequestStore {
  /**
   * Counts a request of that name, unless one of the account's limits on it is used up. It is exact, however many
   * processes count at the same time.
   * @returns 0, or the seconds until it would be counted.
   */
  count(request: { accountSid: string; name: string }, limits: readonly RequestLimit[], now: number): Promise<number>;
}

export const requestCounts: Keeping = {
  name: "request_counts",
  owner: "account",
  key: ["account_sid", "name"],
  columns: ["account_sid", "name", "windows", "updated_at"],
  erased: { column: "updated_at" },
};

export function requestStore(sql: Sql): RequestStore {
  return {
    count: ({ accountSid, name }, limits, now) =>
      sql.transact(function* () {
        // It locks the row whether there was one or not, so that nobody else counts meanwhile.
        const { rows } = yield* run(
          `INSERT INTO request_counts AS r (account_sid, name, windows, updated_at) VALUES ($1, $2, '[]', $3)
           ON CONFLICT (account_sid, name) DO UPDATE SET updated_at = r.updated_at RETURNING windows`,
          [accountSid, name, now],
        );
        const windows = rows[0]?.[0];
        const counted = countRequest(typeof windows === "string" ? JSON.parse(windows) : windows, limits, now);
        if ("retryAfterSeconds" in counted) return counted.retryAfterSeconds;
        yield* run("UPDATE request_counts SET windows = $3, updated_at = $4 WHERE account_sid = $1 AND name = $2", [
          accountSid,
          name,
          counted.windows,
          now,
        ]);
        return 0;
      }),
  };
}

/** Counts a request of an account; the refusal when a limit on those of that name is used up. */
export async function tooManyRequests(
  { requests, clock }: { requests: RequestStore; clock: Clock },
  request: { accountSid: string; name: string },
  limits: readonly RequestLimit[],
): Promise<{ ok: false; refusal: Refusal<20429> } | undefined> {
  const retryAfterSeconds = await requests.count(request, limits, clock());
  return retryAfterSeconds > 0 ? refused(20429, { retryAfterSeconds }) : undefined;
}
