import type { Clock } from "../kernel/clock.ts";
import type { CodeVault } from "../verifications/vault.ts";
import type { Webhook } from "./application.ts";
import { webhookBody } from "./application-body.ts";
import type { ApplicationStore } from "./application-store.ts";
import { type V1Handlers, type V1Outcome, v1Invalid, v1Refused } from "./handler.ts";
import { uuidShaped } from "./keys.ts";

type Ids = "createDashboardWebhook" | "listDashboardWebhooks" | "deleteDashboardWebhook";

interface Parts {
  applications: ApplicationStore;
  clock: Clock;
  newKey: () => string;
  vault: CodeVault;
  /** Over which webhooks are posted, such as `https:`. */
  webhookProtocols: readonly string[];
}

/** They stand in the row of their application, which every call of v1 reads. */
const webhooksMax = 20;

/** The operations on the webhooks of an application. */
export function dashboardWebhookHandlers(parts: Parts): Pick<V1Handlers, Ids> {
  const { applications, clock, newKey, vault, webhookProtocols } = parts;
  return {
    async createDashboardWebhook({ application, parameters: { url, name, "events[]": events } }) {
      if (name.trim() === "") return v1Invalid("name", "Parameter cannot be blank");
      if (!isPostable(url, webhookProtocols)) return v1Invalid("url", "Parameter must match format https://");
      const webhook: Webhook = {
        id: `WH_${uuidShaped(newKey())}`,
        name,
        url,
        events: [...new Set(events)],
        sealedSigningKey: vault.sealText(`WSK_${newKey()}`),
        createdAt: clock(),
      };
      const added = await applications.update<V1Outcome<Webhook, "60004">>(
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
    },

    async listDashboardWebhooks({ application }) {
      const webhooks = application.state.webhooks.map((webhook) => webhookBody(application, webhook, vault));
      return { ok: true, value: { webhooks, message: "Webhooks", success: true } };
    },

    /** What already waits for it is not posted any more. */
    async deleteDashboardWebhook({ application, path }) {
      const isDeleted = await applications.update(
        application,
        ({ state }) => {
          const webhooks = state.webhooks.filter(({ id }) => id !== path.id);
          const isFound = webhooks.length < state.webhooks.length;
          return isFound ? { outcome: true, state: { ...state, webhooks } } : { outcome: false };
        },
        clock(),
      );
      if (!isDeleted) return v1Invalid("id", "Webhook not found");
      return { ok: true, value: { message: "Webhook deleted", success: true } };
    },
  };
}

/** A URL's user and password would be sent to nobody. */
function isPostable(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocols.includes(protocol) && username === "" && password === "";
}
