import { countRequest } from "../../kernel/request-limit.ts";
import type { RequestStore } from "../../kernel/request-store.ts";
import type { Database } from "./database.ts";

export function createRequestStore(db: Database): RequestStore {
  const select = db.writer.prepare<[windows: string]>(
    "SELECT windows FROM request_counts WHERE account_sid = ? AND name = ?",
  );
  const replace = db.writer.prepare(
    "INSERT OR REPLACE INTO request_counts (account_sid, name, windows, updated_at) VALUES (?, ?, ?, ?)",
  );
  return {
    count: ({ accountSid, name }, limits, now) =>
      db.write(() => {
        const [windows = "[]"] = select.get([accountSid, name]) ?? [];
        const counted = countRequest(JSON.parse(windows), limits, now);
        if ("retryAfterSeconds" in counted) return counted.retryAfterSeconds;
        replace.execute([accountSid, name, JSON.stringify(counted.windows), now]);
        return 0;
      }),
  };
}
