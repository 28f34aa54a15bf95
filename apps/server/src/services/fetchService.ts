import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { serviceBody } from "./service-body.ts";

export function fetchService({ store }: Dependencies): Handler<"fetchService"> {
  return async ({ accountSid, path, base }) => {
    const service = await store.services.fetch(accountSid, path.Sid);
    return service ? accepted(serviceBody(service, base)) : refused(20404);
  };
}
