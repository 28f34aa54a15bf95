import { accessKeyBody } from "./application-body.ts";
import type { V1Handler } from "./handler.ts";

export function listAccessKeys(): V1Handler<"listAccessKeys"> {
  return async ({ application: { state } }) => ({
    ok: true,
    value: { access_keys: state.accessKeys.map((key) => accessKeyBody(key)), message: "Access keys", success: true },
  });
}
