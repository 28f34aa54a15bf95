import { countRequest, type RequestWindow } from "../../kernel/request-limit.ts";
import type { RequestStore } from "../../kernel/request-store.ts";
import type { Database } from "./database.ts";

export function createRequestStore(db: Database): RequestStore {
  return {
    count: ({ accountSid, name }, limits, now) =>
      db.transaction(async (query) => {
        // It locks the row whether there was one or not, so that nobody else counts meanwhile.
        const { rows } = await query<{ windows: RequestWindow[] }>(
          `INSERT INTO request_counts AS r (account_sid, name, windows, updated_at) VALUES ($1, $2, '[]', $3)
           ON CONFLICT (account_sid, name) DO UPDATE SET updated_at = r.updated_at RETURNING windows`,
          [accountSid, name, now],
        );
        const counted = countRequest(rows[0]?.windows ?? [], limits, now);
        if ("retryAfterSeconds" in counted) return counted.retryAfterSeconds;
        await query("UPDATE request_counts SET windows = $3, updated_at = $4 WHERE account_sid = $1 AND name = $2", [
          accountSid,
          name,
          JSON.stringify(counted.windows),
          now,
        ]);
        return 0;
      }),
  };
}
