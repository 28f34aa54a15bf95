import type { Dependencies } from "../dependencies.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

/** Deletes any key, also the one that the call is made with. */
export function deleteAccessKey({ store, clock }: Dependencies): V1Handler<"deleteAccessKey"> {
  return async ({ application, path }) => {
    const isDeleted = await store.applications.update(
      application,
      ({ state }) => {
        const accessKeys = state.accessKeys.filter(({ id }) => id !== path.id);
        const isFound = accessKeys.length < state.accessKeys.length;
        return isFound ? { outcome: true, state: { ...state, accessKeys } } : { outcome: false };
      },
      clock(),
    );
    return isDeleted ? { ok: true, value: { message: "Access key deleted", success: true } } : v1Refused("60071");
  };
}
