import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted } from "../kernel/refusal.ts";

export function processReceipt({ receipts }: Dependencies): Handler<"processReceipt"> {
  return async ({ principal, body: { AttemptSid, MessageStatus: status, ErrorCode } }) => {
    const errorCode = status === "delivered" ? null : (ErrorCode ?? null);
    await receipts?.receive(principal.actor, AttemptSid, { status, errorCode });
    return accepted(undefined);
  };
}
