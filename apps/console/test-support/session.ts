import type { Session } from "../src/api.ts";

/** Who looks at a sandbox. */
export const sandboxSession: Session = {
  mode: "sandbox",
  account_sid: "AC00000000000000000000000000000001",
  actor: "AC00000000000000000000000000000001",
  scopes: ["start", "check", "read", "manage", "console:read", "console:write"],
  csrf_token: null,
  version: "0.1.0",
  docs_url: "/docs/",
  date_expires: null,
};
