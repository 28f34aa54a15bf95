import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, invalid } from "../kernel/refusal.ts";
import { serviceBody, settingsOf } from "./service-body.ts";

export function createService({ store, clock, newSid }: Dependencies): Handler<"createService"> {
  return async ({ accountSid, body, base }) => {
    const settings = settingsOf(body);
    if (settings.skipSmsToLandlines && !settings.lookupEnabled) return invalid("SkipSmsToLandlines");
    const now = clock();
    const service = { accountSid, sid: newSid("VA"), settings, createdAt: now, updatedAt: now };
    await store.services.create(service);
    return accepted(serviceBody(service, base));
  };
}
