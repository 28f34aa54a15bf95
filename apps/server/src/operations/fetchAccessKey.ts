import { v1Refused } from "../domain/v1-refusal.ts";
import { accessKeyBody } from "./application-body.ts";
import type { V1Handler } from "./v1-handler.ts";

export function fetchAccessKey(): V1Handler<"fetchAccessKey"> {
  return async ({ application: { state }, path }) => {
    const key = state.accessKeys.find(({ id }) => id === path.id);
    if (!key) return v1Refused("60071");
    return { ok: true, value: { access_key: accessKeyBody(key), message: "Access key information.", success: true } };
  };
}
