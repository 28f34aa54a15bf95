import { recipientInPath } from "../kernel/recipient.ts";
import type { VerificationCommand } from "./ledger.ts";

/** The verification that a path names, by its sid or by its recipient; undefined for what is neither. */
export function verificationTarget(text: string): VerificationCommand<unknown>["target"] | undefined {
  const named = recipientInPath(text);
  if (!named) return undefined;
  return named.kind === "sid" ? { sid: named.value } : { recipient: named.value };
}
