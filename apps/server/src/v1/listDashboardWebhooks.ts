import type { Dependencies } from "../dependencies.ts";
import { webhookBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";

export function listDashboardWebhooks({ vault }: Dependencies): V1Handler<"listDashboardWebhooks"> {
  return async ({ application }) => {
    const webhooks = application.state.webhooks.map((webhook) => webhookBody(application, webhook, vault));
    return { ok: true, value: { webhooks, message: "Webhooks", success: true } };
  };
}
