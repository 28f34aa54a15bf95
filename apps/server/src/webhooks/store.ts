import { type OnChange, resourceStore } from "../sql/resources.ts";
import { table } from "../sql/table.ts";
import type { Sql } from "../sql/text.ts";
import type { DayKeys } from "../verifications/vault.ts";
import { signingSecretStore } from "./signing-secrets.ts";
import { type Webhook, webhooksMax } from "./webhook.ts";

export const webhooks = table<Webhook>({
  name: "webhooks",
  owner: "service",
  key: ["service_sid", "sid"],
  fields: {
    ...{ serviceSid: "plain", sid: "plain", accountSid: "plain", friendlyName: "plain", eventTypes: "json" },
    ...{ status: "plain", version: "plain", webhookUrl: "plain", createdAt: "plain", updatedAt: "plain" },
  },
  audited: {
    as: "webhook",
    shows: ({ serviceSid, friendlyName, eventTypes, status, version, webhookUrl }) => ({
      ...{ serviceSid, friendlyName, eventTypes, status, version, webhookUrl },
    }),
  },
  person: { none: "settings are a tenant's own" },
  erased: { never: "a webhook is there until somebody deletes it" },
});

export type ServiceWebhookStore = ReturnType<typeof serviceWebhookStore>;

export function serviceWebhookStore(sql: Sql, onChange: OnChange, keys: DayKeys) {
  const rules = { max: webhooksMax, unique: "sid", isNewestFirst: true } as const;
  return { ...resourceStore(sql, webhooks, onChange, rules), ...signingSecretStore(sql, keys) };
}
