import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";

export function deleteService({ store }: Dependencies): Handler<"deleteService"> {
  return async ({ accountSid, path }) =>
    (await store.services.delete(accountSid, path.Sid)) ? accepted(undefined) : refused(20404);
}
