import type { Dependencies } from "../dependencies.ts";
import { uuidShaped } from "../kernel/keys.ts";
import type { V1Handler } from "./handler.ts";
import { v1Invalid, v1Refused } from "./refusal.ts";

/** The service has no users: the sandbox plays that there is one, who never answers. */
export function createApprovalRequest({ newKey, sandbox }: Dependencies): V1Handler<"createApprovalRequest"> {
  return async ({ application, parameters: { message } }) => {
    if (!application.state.oneTouchEnabled) return v1Refused("60065");
    if (message.trim() === "") return v1Invalid("message", "Parameter cannot be blank");
    if (!sandbox) return v1Invalid("authy_id", "User not found");
    return { ok: true, value: { approval_request: { uuid: uuidShaped(newKey()) }, success: true } };
  };
}
