import type { V1Webhook as WebhookBody } from "@countersign/types";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { type Application, adding, removing, type Webhook } from "./application.ts";
import type { ApplicationStore } from "./application-store.ts";
import { type V1Handlers, v1Invalid } from "./handler.ts";
import { newKey, uuidShaped } from "./keys.ts";

type Ids = "createDashboardWebhook" | "listDashboardWebhooks" | "deleteDashboardWebhook";

interface Parts {
  applications: ApplicationStore;
  clock: Clock;
  vault: CodeVault;
  /** Over which webhooks are posted, such as `https:`. */
  webhooks: { protocols: readonly string[] };
}

/** They stand in the row of their application, which every call of v1 reads. */
const webhooksMax = 20;

/** The operations on the webhooks of an application. */
export function dashboardWebhookHandlers(parts: Parts): Pick<V1Handlers, Ids> {
  const { applications, clock, vault, webhooks } = parts;
  return {
    async createDashboardWebhook({ by, application, parameters: { url, name, "events[]": events } }) {
      if (name.trim() === "") return v1Invalid("name", "Parameter cannot be blank");
      if (!isPostable(url, webhooks.protocols)) return v1Invalid("url", "Parameter must match format https://");
      const webhook: Webhook = {
        id: `WH_${uuidShaped(newKey())}`,
        name,
        url,
        events: [...new Set(events)],
        sealedSigningKey: vault.sealText(`WSK_${newKey()}`),
        createdAt: clock(),
      };
      const isAdded = await applications.update(
        application,
        adding("webhooks", webhook, webhooksMax),
        webhook.createdAt,
        by,
      );
      if (isAdded === undefined) return refused("60073");
      if (!isAdded) return v1Invalid("url", `Application cannot have more than ${webhooksMax} webhooks`);
      const body = webhookBody(application, webhook, vault);
      return accepted({ webhook: body, message: "Webhook created", success: true });
    },

    async listDashboardWebhooks({ application }) {
      const webhooks = application.state.webhooks.map((webhook) => webhookBody(application, webhook, vault));
      return accepted({ webhooks, message: "Webhooks", success: true });
    },

    /** What already waits for it is not posted any more. */
    async deleteDashboardWebhook({ by, application, path }) {
      const isDeleted = await applications.update(application, removing("webhooks", path.id), clock(), by);
      if (!isDeleted) return v1Invalid("id", "Webhook not found");
      return accepted({ message: "Webhook deleted", success: true });
    },
  };
}

/** A URL's user and password would be sent to nobody. */
function isPostable(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocols.includes(protocol) && username === "" && password === "";
}

/** Its posts are parked, with the reason. */
const lostKey = "WSK_";

function webhookBody(
  { accountSid, id: applicationId }: Application,
  { id, name, url, events, sealedSigningKey, createdAt }: Webhook,
  { openText }: Pick<CodeVault, "openText">,
): WebhookBody {
  return {
    id,
    name,
    account_sid: accountSid,
    service_id: String(applicationId),
    url,
    signing_key: openText(sealedSigningKey) ?? lostKey,
    events,
    creation_date: isoTime(createdAt),
  };
}
