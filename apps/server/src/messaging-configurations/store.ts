import { type OnChange, resourceStore } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import type { Sql } from "../sql/text.ts";
import type { MessagingConfiguration } from "./messaging-configuration.ts";

export const messagingConfigurations = table<MessagingConfiguration>({
  name: "messaging_configurations",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", country: "plain", messagingServiceSid: "plain" },
    ...{ createdAt: "plain", updatedAt: "plain" },
  },
  audited: {
    as: "messaging_configuration",
    shows: ({ serviceSid, country, messagingServiceSid }) => ({ serviceSid, country, messagingServiceSid }),
  },
  person: { none: "settings are a tenant's own" },
  erased: { never: "a messaging configuration is there until somebody deletes it" },
});

export type MessagingConfigurationStore = ReturnType<typeof messagingConfigurationStore>;

export function messagingConfigurationStore(sql: Sql, onChange: OnChange) {
  const resources = resourceStore(sql, messagingConfigurations, onChange, {
    unique: "country",
  });
  return {
    ...resources,
    /** The routes that are named and are not among those that there are, each with the services that name it. */
    async lost(known: readonly string[]) {
      const all = "SELECT DISTINCT messaging_service_sid, service_sid FROM messaging_configurations ORDER BY 1, 2";
      const rows = (await sql.read(all)) as [sid: string, serviceSid: string][];
      const sids = new Set(rows.map(([sid]) => sid).filter((sid) => !known.includes(sid)));
      return [...sids].map((sid) => ({ sid, services: rows.flatMap(([named, of]) => (named === sid ? of : [])) }));
    },
  };
}
