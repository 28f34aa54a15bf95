import type { Dependencies } from "../dependencies.ts";
import type { V1Handler } from "./handler.ts";
import { v1Invalid } from "./refusal.ts";

/** What already waits for it is not delivered any more. */
export function deleteDashboardWebhook({ store, clock }: Dependencies): V1Handler<"deleteDashboardWebhook"> {
  return async ({ application, path }) => {
    const isDeleted = await store.applications.update(
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
  };
}
