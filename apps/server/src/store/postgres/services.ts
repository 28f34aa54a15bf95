import type { ServiceStore } from "../../services/service-store.ts";
import { removeApplication } from "./applications.ts";
import type { Database } from "./database.ts";
import { readPage } from "./page.ts";
import { type ServiceRow, serviceColumns, serviceOf } from "./rows.ts";

export function createServiceStore(db: Database): ServiceStore {
  return {
    async create({ sid, accountSid, settings, createdAt, updatedAt }) {
      await db.query(`INSERT INTO services (${serviceColumns}) VALUES ($1, $2, $3, $4, $5)`, [
        sid,
        accountSid,
        settings,
        createdAt,
        updatedAt,
      ]);
    },

    async fetch(accountSid, sid) {
      const { rows } = await db.query<ServiceRow>(
        `SELECT ${serviceColumns} FROM services WHERE sid = $1 AND account_sid = $2`,
        [sid, accountSid],
      );
      return rows.map(serviceOf)[0];
    },

    async list(accountSid, request) {
      const list = {
        table: "services",
        columns: serviceColumns,
        where: "account_sid = $1",
        values: [accountSid],
        order: "ASC",
      } as const;
      const { items, ...rest } = await readPage<ServiceRow>(db, { ...list, values: [accountSid] }, request);
      return { items: items.map(serviceOf), ...rest };
    },

    update: (accountSid, sid, change, now) =>
      db.transaction(async (query) => {
        const { rows } = await query<ServiceRow>(
          `SELECT ${serviceColumns} FROM services WHERE sid = $1 AND account_sid = $2 FOR UPDATE`,
          [sid, accountSid],
        );
        const service = rows.map(serviceOf)[0];
        if (!service) return undefined;
        const settings = change(service.settings);
        await query("UPDATE services SET settings = $2, updated_at = $3 WHERE sid = $1", [sid, settings, now]);
        return { ...service, settings, updatedAt: now };
      }),

    delete: (accountSid, sid) =>
      db.transaction(async (query) => {
        const { rowCount } = await query("DELETE FROM services WHERE sid = $1 AND account_sid = $2", [sid, accountSid]);
        if (!rowCount) return false;
        await query("DELETE FROM verifications WHERE service_sid = $1", [sid]);
        await removeApplication(query, sid);
        return true;
      }),
  };
}
