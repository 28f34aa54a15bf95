import type { Service } from "../../services/service.ts";
import type { ServiceStore } from "../../services/service-store.ts";
import type { VerificationCommand } from "../../verifications/ledger.ts";
import { createApplicationRemover } from "./applications.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { createPager } from "./page.ts";
import { placeholders, type ServiceRow, serviceColumns, serviceOf, serviceRow } from "./rows.ts";

/** What the services of a transaction are. */
export interface ServiceCache {
  /** Those that the commands name, as the jobs before this one left them. */
  named(commands: readonly VerificationCommand<unknown>[]): Service[];
  /** For a job that changes services. */
  clear(): void;
}

export function createServiceCache(db: Database): ServiceCache {
  const fetch = createFetch(db.writer);
  const known = new Map<string, Service | undefined>();
  db.onBegin(() => known.clear());
  return {
    named(commands) {
      for (const { accountSid, serviceSid } of commands) {
        const key = `${accountSid} ${serviceSid}`;
        if (!known.has(key)) known.set(key, fetch(accountSid, serviceSid));
      }
      return [...known.values()].filter((service) => service !== undefined);
    },
    clear: () => known.clear(),
  };
}

export function createServiceStore(db: Database, cache: ServiceCache): ServiceStore {
  const fetchCommitted = createFetch(db.reader);
  const fetch = createFetch(db.writer);
  const insert = db.writer.prepare(`INSERT INTO services (${serviceColumns}) VALUES (${placeholders(serviceColumns)})`);
  const update = db.writer.prepare("UPDATE services SET settings = ?, updated_at = ? WHERE sid = ?");
  const remove = db.writer.prepare("DELETE FROM services WHERE sid = ? AND account_sid = ?");
  const removeVerifications = db.writer.prepare("DELETE FROM verifications WHERE service_sid = ?");
  const removeApplication = createApplicationRemover(db.writer);
  const readPage = createPager<ServiceRow>(db.reader, { table: "services", columns: serviceColumns, order: "ASC" });

  const change = <T>(job: () => T): Promise<T> =>
    db.write(() => {
      cache.clear();
      return job();
    });

  return {
    create: (service) => change(() => insert.execute(serviceRow(service))),
    fetch: (accountSid, sid) => db.read(() => fetchCommitted(accountSid, sid)),
    list: (accountSid, request) =>
      db.read(() => {
        const { items, ...rest } = readPage({ where: "account_sid = ?", values: [accountSid] }, request);
        return { items: items.map(serviceOf), ...rest };
      }),
    update: (accountSid, sid, changeSettings, now) =>
      change(() => {
        const service = fetch(accountSid, sid);
        if (!service) return undefined;
        const settings = changeSettings(service.settings);
        update.execute([JSON.stringify(settings), now, sid]);
        return { ...service, settings, updatedAt: now };
      }),
    delete: (accountSid, sid) =>
      change(() => {
        if (remove.run([sid, accountSid]) === 0) return false;
        removeVerifications.execute([sid]);
        removeApplication(sid);
        return true;
      }),
  };
}

function createFetch(connection: Connection): (accountSid: string, sid: string) => Service | undefined {
  const select = connection.prepare<ServiceRow>(
    `SELECT ${serviceColumns} FROM services WHERE sid = ? AND account_sid = ?`,
  );
  return (accountSid, sid) => {
    const row = select.get([sid, accountSid]);
    return row && serviceOf(row);
  };
}
