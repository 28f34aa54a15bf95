import type { Dependencies } from "../dependencies.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

export function updateOneTouchCallback({ store, clock }: Dependencies): V1Handler<"updateOneTouchCallback"> {
  return async ({ application, parameters: { callback_url: url, callback_method: method = "POST" } }) => {
    if (!URL.canParse(url)) return v1Refused("60066");
    const isSaved = await store.applications.update(
      application,
      ({ state }) => {
        if (state.isSuspended) return { outcome: false };
        return { outcome: true, state: { ...state, oneTouchCallback: { url, method } } };
      },
      clock(),
    );
    if (!isSaved) return v1Refused("60066");
    return { ok: true, value: { message: "Callback information saved", success: true } };
  };
}
