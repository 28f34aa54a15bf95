import type { Dependencies } from "../dependencies.ts";
import { applicationBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

type Id = "fetchApplicationDetails";

export function fetchApplicationDetails({ store }: Dependencies): V1Handler<Id> {
  return async ({ accountSid, application }) => {
    const service = await store.services.fetch(accountSid, application.serviceSid);
    if (!service) return v1Refused("60001");
    return {
      ok: true,
      value: {
        app: applicationBody(application, service),
        message: "Application information.",
        success: true,
      },
    };
  };
}
