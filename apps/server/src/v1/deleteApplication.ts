import type { Dependencies } from "../dependencies.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

/** Deletes the application and the service that it is. */
export function deleteApplication({ store, clock }: Dependencies): V1Handler<"deleteApplication"> {
  return async ({ accountSid, application }) => {
    const result = await store.applications.delete(accountSid, application.serviceSid, clock());
    if (result === "in use") return v1Refused("60075");
    if (result === "unknown") return v1Refused("60073");
    return { ok: true, value: { message: "Application deleted", success: true } };
  };
}
