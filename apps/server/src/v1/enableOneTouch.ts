import type { Dependencies } from "../dependencies.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

/** Enables OneTouch, unless the application's settings are locked. */
export function enableOneTouch({ store, clock }: Dependencies): V1Handler<"enableOneTouch"> {
  return async ({ application }) => {
    const isEnabled = await store.applications.update(
      application,
      ({ state }) => {
        if (state.isSuspended) return { outcome: false };
        return { outcome: true, state: { ...state, oneTouchEnabled: true } };
      },
      clock(),
    );
    return isEnabled ? { ok: true, value: { message: "OneTouch enabled", success: true } } : v1Refused("60064");
  };
}
