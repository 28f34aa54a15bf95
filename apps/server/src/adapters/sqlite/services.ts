import type { ServiceStore } from "../../ports.ts";
import type { Connection } from "./connection.ts";
import type { Lane } from "./lane.ts";
import { createPager } from "./page.ts";
import { placeholders, type ServiceRow, serviceColumns, serviceOf, serviceRow } from "./rows.ts";

export function createServiceStore(db: Connection, lane: Lane): ServiceStore {
  const insert = db.prepare(`INSERT INTO services (${serviceColumns}) VALUES (${placeholders(serviceColumns)})`);
  const select = db.prepare<ServiceRow>(`SELECT ${serviceColumns} FROM services WHERE sid = ? AND account_sid = ?`);
  const update = db.prepare("UPDATE services SET settings = ?, updated_at = ? WHERE sid = ?");
  const remove = db.prepare("DELETE FROM services WHERE sid = ? AND account_sid = ?");
  const removeVerifications = db.prepare("DELETE FROM verifications WHERE service_sid = ?");
  const readPage = createPager<ServiceRow>(db, { table: "services", columns: serviceColumns, order: "ASC" });

  const fetch = (accountSid: string, sid: string) => {
    const row = select.get([sid, accountSid]);
    return row && serviceOf(row);
  };

  return {
    create: (service) => lane.write(() => void insert.run(serviceRow(service))),
    fetch: (accountSid, sid) => lane.read(() => fetch(accountSid, sid)),
    list: (accountSid, request) =>
      lane.read(() => {
        const { items, ...rest } = readPage({ where: "account_sid = ?", values: [accountSid] }, request);
        return { items: items.map(serviceOf), ...rest };
      }),
    update: (accountSid, sid, change, now) =>
      lane.write(() => {
        const service = fetch(accountSid, sid);
        if (!service) return undefined;
        const settings = change(service.settings);
        update.run([JSON.stringify(settings), now, sid]);
        return { ...service, settings, updatedAt: now };
      }),
    delete: (accountSid, sid) =>
      lane.write(() => {
        if (remove.run([sid, accountSid]) === 0) return false;
        removeVerifications.run([sid]);
        return true;
      }),
  };
}
