import { accessKeyBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

export function fetchAccessKey(): V1Handler<"fetchAccessKey"> {
  return async ({ application: { state }, path }) => {
    const key = state.accessKeys.find(({ id }) => id === path.id);
    if (!key) return v1Refused("60071");
    return { ok: true, value: { access_key: accessKeyBody(key), message: "Access key information.", success: true } };
  };
}
