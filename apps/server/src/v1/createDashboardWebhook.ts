import type { Dependencies } from "../dependencies.ts";
import { uuidShaped } from "../kernel/keys.ts";
import type { Webhook } from "./application.ts";
import { webhookBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { type V1Outcome, v1Invalid, v1Refused } from "./refusal.ts";

/** They stand in the row of their application, which every call of v1 reads. */
const webhooksMax = 20;

export function createDashboardWebhook(dependencies: Dependencies): V1Handler<"createDashboardWebhook"> {
  const { store, clock, newKey, vault, sandbox } = dependencies;
  return async ({ application, parameters: { url, name, "events[]": events } }) => {
    if (name.trim() === "") return v1Invalid("name", "Parameter cannot be blank");
    if (!isDeliverable(url, sandbox !== undefined)) return v1Invalid("url", "Parameter must match format https://");
    const webhook: Webhook = {
      id: `WH_${uuidShaped(newKey())}`,
      name,
      url,
      events: [...new Set(events)],
      sealedSigningKey: vault.sealText(`WSK_${newKey()}`),
      createdAt: clock(),
    };
    const added = await store.applications.update<V1Outcome<Webhook, "60004">>(
      application,
      ({ state }) =>
        state.webhooks.length < webhooksMax
          ? { outcome: { ok: true, value: webhook }, state: { ...state, webhooks: [...state.webhooks, webhook] } }
          : { outcome: v1Invalid("url", `Application cannot have more than ${webhooksMax} webhooks`) },
      webhook.createdAt,
    );
    if (!added) return v1Refused("60073");
    if (!added.ok) return added;
    const body = webhookBody(application, webhook, vault);
    return { ok: true, value: { webhook: body, message: "Webhook created", success: true } };
  };
}

/** The sandbox also delivers without TLS. A URL's user and password would be sent to nobody. */
function isDeliverable(text: string, isSandbox: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || (isSandbox && protocol === "http:")) && username === "" && password === "";
}
