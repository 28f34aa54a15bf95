import type { Clock } from "../kernel/clock.ts";
import type { Author } from "../kernel/handler.ts";
import type { PageRequest } from "../kernel/page.ts";
import { accepted, type Outcome } from "../kernel/refusal.ts";
import { readPage } from "../sql/page.ts";
import { changesOf, type OnChange } from "../sql/resources.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql, type Work } from "../sql/text.ts";
import type { Service, ServiceSettings } from "./service.ts";

export const services = table<Omit<Service, "smsRoutes">>({
  name: "services",
  owner: "account",
  key: ["sid"],
  fields: { sid: "plain", accountSid: "plain", settings: "json", createdAt: "plain", updatedAt: "plain" },
  person: { none: "settings are a tenant's own" },
  erased: { never: "a service is there until somebody deletes it" },
  audited: { as: "service", shows: ({ settings }) => settings },
});

const select = `SELECT ${services.fieldColumns} FROM services WHERE sid = $1 AND account_sid = $2`;

const selectTemplates = `SELECT DISTINCT settings ->> 'defaultTemplateSid' AS sid FROM services
  WHERE settings ->> 'defaultTemplateSid' IS NOT NULL ORDER BY sid`;

/** The SMS routes of a service `s`, as a decision reads them beside it. @param collect makes a document of pairs */
export function smsRoutesOf(collect: "json_object_agg" | "json_group_object"): string {
  return `(SELECT ${collect}(m.country, m.messaging_service_sid)
    FROM messaging_configurations AS m WHERE m.service_sid = s.sid)`;
}

export type ServiceStore = ReturnType<typeof serviceStore>;

/** What the handlers of a resource within a service work with, besides its own store. */
export interface WithinService {
  services: Pick<ServiceStore, "fetch">;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** @param tables all that there are: those of a service lose its rows with it */
export function serviceStore(sql: Sql, tables: readonly Keeping[], onChange: OnChange) {
  return {
    create: (service: Service, by: Author) => sql.transact(() => addService(service, by, onChange)),
    fetch: async (accountSid: string, sid: string): Promise<Service | undefined> =>
      (await sql.read(select, [sid, accountSid])).map(services.of)[0],
    /** Oldest first. */
    list: (accountSid: string, request: PageRequest) =>
      readPage(sql, services, { where: "account_sid = $1", values: [accountSid] }, "ASC", request),
    /** The templates that services have as their own, each once. */
    templatesInUse: async (): Promise<string[]> => (await sql.read(selectTemplates, [])).map(([sid]) => String(sid)),
    /** The credentials for pushes that services name, of all accounts, each once. */
    async pushCredentialsInUse(): Promise<string[]> {
      const rows = await sql.read("SELECT DISTINCT settings ->> 'push' FROM services");
      const named = rows.map(([push]) => JSON.parse(String(push)) as ServiceSettings["push"]);
      const sids = named.flatMap(({ apnCredentialSid, fcmCredentialSid }) => [apnCredentialSid, fcmCredentialSid]);
      return [...new Set(sids.filter((sid) => sid !== null))].sort();
    },
    /** Changes the settings under a lock; undefined when there is no such service. What is refused changes nothing. */
    update: <Code extends number>(
      accountSid: string,
      sid: string,
      change: (settings: ServiceSettings) => Outcome<ServiceSettings, Code>,
      now: number,
      by: Author,
    ) =>
      sql.transact<Outcome<Service, Code> | undefined>(function* () {
        const before = yield* lockService(accountSid, sid);
        if (!before) return undefined;
        const settings = change(before.settings);
        if (!settings.ok) return settings;
        const after = { ...before, settings: settings.value, updatedAt: now };
        yield* run("UPDATE services SET settings = $2, updated_at = $3 WHERE sid = $1", [sid, after.settings, now]);
        yield* changesOf(services, onChange)(by, before, after);
        return accepted(after);
      }),
    /** Deletes the service with all that is of it; its attempts stay until they are too old. False when there was none. */
    delete: (accountSid: string, sid: string, by: Author) =>
      sql.transact(() => deleteService(tables, { accountSid, sid }, by, onChange)),
  };
}

function* lockService(accountSid: string, sid: string): Work<Service | undefined> {
  return (yield* run(`${select} FOR UPDATE`, [sid, accountSid])).rows.map(services.of)[0];
}

/** Adds a service, within a transaction. */
export function* addService(service: Service, by: Author, onChange: OnChange): Work<void> {
  yield* run(services.insert, services.row(service));
  yield* changesOf(services, onChange)(by, null, service);
}

/** Deletes a service and every row of it, within a transaction. False when there was none. */
export function* deleteService(
  tables: readonly Keeping[],
  { accountSid, sid }: Pick<Service, "accountSid" | "sid">,
  by: Author,
  onChange: OnChange,
): Work<boolean> {
  const service = yield* lockService(accountSid, sid);
  if (!service) return false;
  // First, so that what follows finds what is of the service.
  yield* changesOf(services, onChange)(by, service, null);
  yield* run("DELETE FROM services WHERE sid = $1", [sid]);
  for (const { name, owner, outlivesService } of tables) {
    if (owner === "service" && !outlivesService) yield* run(`DELETE FROM ${name} WHERE service_sid = $1`, [sid]);
  }
  return true;
}
