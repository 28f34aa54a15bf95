import type { Message } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { type Page, type PageRequest, pageMeta, pageRequest } from "../kernel/page.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Inbox, InboxMessage } from "./inbox.ts";
import type { MovableClock } from "./sandbox-clock.ts";

/** The operations of the tag Sandbox, which production has none of. */
export type SandboxHandlers = Pick<
  Handlers,
  "listMessages" | "fetchNextMessage" | "fetchClock" | "advanceClock" | "resetClock" | "resetSandbox"
>;

interface Parts {
  inbox: Inbox;
  clock: MovableClock;
  /** Brings everything to the state of the start. */
  reset: () => Promise<void>;
  /** Erases what is too old by the clock. */
  sweep: () => Promise<void>;
}

const timeoutSecondsDefault = 10;

export function sandboxHandlers({ inbox, clock, reset, sweep }: Parts): SandboxHandlers {
  let lastReset: Promise<unknown> = Promise.resolve();
  return {
    async listMessages({ accountSid, query, url }) {
      const to = recipientOf(query);
      if (!to.ok) return to;
      const request = pageRequest(query);
      if (!request.ok) return request;
      const page = pageOf(inbox.list(accountSid, to.value), request.value);
      return accepted({ messages: page.items.map(messageBody), meta: pageMeta("messages", query, page, url) });
    },

    async fetchNextMessage({ accountSid, query }) {
      const to = recipientOf(query);
      if (!to.ok) return to;
      const message = await inbox.next({
        accountSid,
        ...(to.value !== undefined && { to: to.value }),
        ...(query.After !== undefined && { after: query.After }),
        timeoutMs: (query.TimeoutSeconds ?? timeoutSecondsDefault) * 1000,
      });
      return message ? accepted(messageBody(message)) : refused(20404);
    },

    fetchClock: async () => accepted(clockBody(clock)),

    async advanceClock({ body }) {
      clock.advance(body.Seconds);
      await sweep();
      return accepted(clockBody(clock));
    },

    async resetClock() {
      clock.reset();
      return accepted(undefined);
    },

    /** One reset after the other: two at once would both make the first service anew. */
    async resetSandbox() {
      const ended = lastReset.catch(() => undefined).then(reset);
      lastReset = ended;
      await ended;
      return accepted(undefined);
    },
  };
}

function recipientOf({ To }: { To?: string }) {
  const recipient = To === undefined ? undefined : parseRecipient(To);
  return recipient && !recipient.ok ? recipient : accepted(recipient?.value.value);
}

function clockBody(clock: MovableClock) {
  return { now: isoTime(clock.now()), advanced_seconds: clock.advancedSeconds() };
}

/** The inbox is an array, so a page is a slice; one that begins beside a message that is gone begins anew. */
function pageOf(messages: InboxMessage[], { size, from }: PageRequest): Page<InboxMessage> {
  const beside = messages.findIndex(({ sid }) => sid === from?.sid);
  const start = beside < 0 ? 0 : from?.direction === "after" ? beside + 1 : Math.max(0, beside - size);
  const items = messages.slice(start, start + size);
  return { items, hasPrevious: start > 0, hasNext: start + items.length < messages.length };
}

/** A message of the sandbox's inbox as list and wait answer it. */
function messageBody(message: InboxMessage): Message {
  return {
    sid: message.sid,
    service_sid: message.serviceSid,
    verification_sid: message.verificationSid,
    attempt_sid: message.attemptSid,
    to: message.to,
    channel: message.channel,
    code: message.code,
    subject: message.subject,
    text: message.text,
    html: message.html,
    locale: message.locale,
    date_created: isoTime(message.createdAt),
  };
}
