import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { changeSettings, serviceBody } from "./service-body.ts";

export function updateService({ store, clock }: Dependencies): Handler<"updateService"> {
  return async ({ accountSid, path, body, base }) => {
    const change = (settings: Parameters<typeof changeSettings>[0]) => changeSettings(settings, body);
    const service = await store.services.update(accountSid, path.Sid, change, clock());
    return service ? accepted(serviceBody(service, base)) : refused(20404);
  };
}
