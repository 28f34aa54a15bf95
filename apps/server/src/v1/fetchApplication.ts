import type { Dependencies } from "../dependencies.ts";
import { dashboardApplicationBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

export function fetchApplication({ store }: Dependencies): V1Handler<"fetchApplication"> {
  return async ({ accountSid, application }) => {
    const service = await store.services.fetch(accountSid, application.serviceSid);
    // It was deleted a moment ago, and its application with it.
    if (!service) return v1Refused("60073");
    const app = dashboardApplicationBody(application, service);
    return { ok: true, value: { app, message: "Application information.", success: true } };
  };
}
