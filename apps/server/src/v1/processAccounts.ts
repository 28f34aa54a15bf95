import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";

/** Takes note of the accounts. What v1 did with them is not known, and no other call depends on it. */
export function processAccounts(): V1Handler<"processAccounts"> {
  return async ({ parameters: { "ids[]": ids } }) => {
    if (ids.some((id) => id.trim() === "")) return v1Refused("60046");
    return { ok: true, value: { ids, message: "Accounts processed", success: true } };
  };
}
