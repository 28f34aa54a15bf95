import { accepted, refused } from "../domain/refusal.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";

export function deleteService({ store }: Dependencies): Handler<"deleteService"> {
  return async ({ accountSid, path }) =>
    (await store.services.delete(accountSid, path.Sid)) ? accepted(undefined) : refused(20404);
}
