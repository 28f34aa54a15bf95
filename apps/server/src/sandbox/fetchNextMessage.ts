import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { messageBody } from "./message-body.ts";

const timeoutSecondsDefault = 10;

export function fetchNextMessage({ sandbox }: Dependencies): Handler<"fetchNextMessage"> {
  return async ({ accountSid, query }) => {
    if (!sandbox) return refused(20404);
    const to = query.To === undefined ? undefined : parseRecipient(query.To);
    if (to && !to.ok) return to;
    const message = await sandbox.inbox.next({
      accountSid,
      ...(to && { to: to.value.value }),
      ...(query.After !== undefined && { after: query.After }),
      timeoutMs: (query.TimeoutSeconds ?? timeoutSecondsDefault) * 1000,
    });
    return message ? accepted(messageBody(message)) : refused(20404);
  };
}
