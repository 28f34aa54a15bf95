import type { Service } from "../../services/service.ts";
import { services } from "../../services/store.ts";
import { sqliteText } from "../../sql/text.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import type { Database } from "./database.ts";

/** What the services of a transaction are. */
export interface ServiceCache {
  /** Those that the commands name, as the jobs before this one left them. */
  named(commands: readonly VerificationCommand<unknown>[]): Service[];
  /** For a job that may change services. */
  clear(): void;
}

export function createServiceCache(db: Database): ServiceCache {
  const select = db.writer.prepare(
    sqliteText(`SELECT ${services.fieldColumns} FROM services WHERE sid = $1 AND account_sid = $2`),
  );
  const known = new Map<string, Service | undefined>();
  db.onBegin(() => known.clear());
  return {
    named(commands) {
      for (const { accountSid, serviceSid } of commands) {
        const key = `${accountSid} ${serviceSid}`;
        if (known.has(key)) continue;
        const row = select.get([serviceSid, accountSid]);
        known.set(key, row && services.of(row));
      }
      return [...known.values()].filter((service) => service !== undefined);
    },
    clear: () => known.clear(),
  };
}
