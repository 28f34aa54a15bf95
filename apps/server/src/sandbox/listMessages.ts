import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import type { Page, PageRequest } from "../kernel/page.ts";
import { pageMeta, pageRequest } from "../kernel/page-query.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { InboxMessage } from "./inbox-port.ts";
import { messageBody } from "./message-body.ts";

export function listMessages({ sandbox }: Dependencies): Handler<"listMessages"> {
  return async ({ accountSid, query, url }) => {
    if (!sandbox) return refused(20404);
    const to = query.To === undefined ? undefined : parseRecipient(query.To);
    if (to && !to.ok) return to;
    const request = pageRequest(query);
    if (!request.ok) return request;
    const page = pageOf(sandbox.inbox.list(accountSid, to?.value.value), request.value);
    return accepted({ messages: page.items.map(messageBody), meta: pageMeta("messages", query, page, url) });
  };
}

/** The inbox is an array, so a page is a slice; one that begins beside a message that is gone begins anew. */
function pageOf(messages: InboxMessage[], { size, from }: PageRequest): Page<InboxMessage> {
  const beside = messages.findIndex(({ sid }) => sid === from?.sid);
  const start = beside < 0 ? 0 : from?.direction === "after" ? beside + 1 : Math.max(0, beside - size);
  const items = messages.slice(start, start + size);
  return { items, hasPrevious: start > 0, hasNext: start + items.length < messages.length };
}
