import type { Dependencies } from "../dependencies.ts";
import { dashboardApplicationBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

/** Renames the service that the application is. */
export function updateApplication({ store, clock }: Dependencies): V1Handler<"updateApplication"> {
  return async ({ accountSid, application, parameters: { name } }) => {
    if (name.trim() === "") return v1Refused("60070");
    const service = await store.services.update(
      accountSid,
      application.serviceSid,
      (settings) => ({ ...settings, friendlyName: name }),
      clock(),
    );
    if (!service) return v1Refused("60073");
    const app = dashboardApplicationBody(application, service);
    return { ok: true, value: { app, message: "Application updated", success: true } };
  };
}
