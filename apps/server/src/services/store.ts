import type { Page, PageRequest } from "../kernel/page.ts";
import { readPage } from "../sql/page.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { Service, ServiceSettings } from "./service.ts";

export interface ServiceStore {
  create(service: Service): Promise<void>;
  fetch(accountSid: string, sid: string): Promise<Service | undefined>;
  /** Oldest first. */
  list(accountSid: string, page: PageRequest): Promise<Page<Service>>;
  /** Changes the settings under a lock; undefined when there is no such service. */
  update(
    accountSid: string,
    sid: string,
    change: (settings: ServiceSettings) => ServiceSettings,
    now: number,
  ): Promise<Service | undefined>;
  /** Deletes the service with all that is of it; its attempts stay until they are too old. False when there was none. */
  delete(accountSid: string, sid: string): Promise<boolean>;
}

export const services = table<Service>({
  name: "services",
  owner: "account",
  key: ["sid"],
  fields: { sid: "plain", accountSid: "plain", settings: "json", createdAt: "plain", updatedAt: "plain" },
  erased: { never: "a service is there until somebody deletes it" },
});

const own = "sid = $1 AND account_sid = $2";
const select = `SELECT ${services.fieldColumns} FROM services WHERE ${own}`;

/** @param tables all that there are: those of a service lose its rows with it */
export function serviceStore(sql: Sql, tables: readonly Keeping[]): ServiceStore {
  return {
    create: async (service) => void (await sql.run(services.insert, services.row(service))),
    fetch: async (accountSid, sid) => (await sql.read(select, [sid, accountSid])).map(services.of)[0],
    list: (accountSid, request) =>
      readPage(sql, services, { where: "account_sid = $1", values: [accountSid] }, "ASC", request),
    update: (accountSid, sid, change, now) =>
      sql.transact(function* () {
        const { rows } = yield* run(`${select} FOR UPDATE`, [sid, accountSid]);
        const service = rows.map(services.of)[0];
        if (!service) return undefined;
        const changed = { ...service, settings: change(service.settings), updatedAt: now };
        yield* run("UPDATE services SET settings = $2, updated_at = $3 WHERE sid = $1", [sid, changed.settings, now]);
        return changed;
      }),
    delete: (accountSid, sid) =>
      sql.transact(function* () {
        const { count } = yield* run(`SELECT 1 FROM services WHERE ${own} FOR UPDATE`, [sid, accountSid]);
        if (count === 0) return false;
        yield* deleteService(tables, sid);
        return true;
      }),
  };
}

/** Deletes a service and every row of it, within a transaction. */
export function* deleteService(tables: readonly Keeping[], sid: string): Work<void> {
  yield* run("DELETE FROM services WHERE sid = $1", [sid]);
  for (const { name, owner, outlivesService } of tables) {
    if (owner === "service" && !outlivesService) yield* run(`DELETE FROM ${name} WHERE service_sid = $1`, [sid]);
  }
}
