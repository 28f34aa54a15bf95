import type { Message } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { identityFault } from "../kernel/identity.ts";
import { type Page, type PageRequest, pageMeta, pageRequest } from "../kernel/page.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, invalid, refused } from "../kernel/refusal.ts";
import { shownByApp } from "./authenticator-app.ts";
import type { Inbox } from "./inbox.ts";

/** The operations of the tag Sandbox, which production has none of. */
export type SandboxHandlers = Pick<
  Handlers,
  "listMessages" | "fetchNextMessage" | "fetchTotpCode" | "fetchClock" | "advanceClock" | "resetClock" | "resetSandbox"
>;

type SandboxClock = ReturnType<typeof createSandboxClock>;

interface Parts {
  inbox: Inbox;
  clock: SandboxClock;
  /** Brings everything to the state of the start. */
  reset: () => Promise<void>;
  /** Has happen what is due by the clock once it was moved. */
  moved: () => Promise<void>;
}

const timeoutSecondsDefault = 10;

export function sandboxHandlers({ inbox, clock, reset, moved }: Parts): SandboxHandlers {
  let lastReset: Promise<unknown> = Promise.resolve();
  return {
    async listMessages({ accountSid, query, url }) {
      const to = recipientOf(query);
      if (!to.ok) return to;
      const request = pageRequest(query);
      if (!request.ok) return request;
      const page = pageOf(inbox.list({ accountSid, to: to.value }), request.value);
      // A token of a page has a time, too, though a message is found by its sid alone.
      const items = page.items.map(({ sid, date_created }) => ({ sid, createdAt: Date.parse(date_created) }));
      return accepted({ messages: page.items, meta: pageMeta("messages", query, { ...page, items }, url) });
    },

    async fetchNextMessage({ accountSid, query }) {
      const to = recipientOf(query);
      if (!to.ok) return to;
      const timeoutMs = (query.TimeoutSeconds ?? timeoutSecondsDefault) * 1000;
      const message = await inbox.next({ accountSid, to: to.value }, query.After, timeoutMs);
      return message ? accepted(message) : refused(20404);
    },

    async fetchTotpCode({ query }) {
      const shown = shownByApp(query.Uri, clock.now());
      return shown ? accepted(shown) : invalid("Uri");
    },

    fetchClock: async () => accepted(clockBody(clock)),

    async advanceClock({ body }) {
      clock.advance(body.Seconds);
      await moved();
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
  // A push is to an identity.
  if (To !== undefined && !recipient?.ok && !identityFault(To)) return accepted(To);
  return recipient && !recipient.ok ? recipient : accepted(recipient?.value.value);
}

function clockBody(clock: SandboxClock) {
  return { now: isoTime(clock.now()), advanced_seconds: clock.advancedSeconds() };
}

/** The inbox is an array, so a page is a slice; one that begins beside a message that is gone begins anew. */
function pageOf(messages: Message[], { size, from }: PageRequest): Page<Message> {
  const beside = messages.findIndex(({ sid }) => sid === from?.sid);
  const start = beside < 0 ? 0 : from?.direction === "after" ? beside + 1 : Math.max(0, beside - size);
  const items = messages.slice(start, start + size);
  return { items, hasPrevious: start > 0, hasNext: start + items.length < messages.length };
}

/** The sandbox's clock: the real time and what it was moved ahead by. */
export function createSandboxClock() {
  let advanced = 0;
  return {
    now: () => Date.now() + advanced * 1000,
    advancedSeconds: () => advanced,
    advance: (seconds: number) => {
      advanced += seconds;
    },
    reset: () => {
      advanced = 0;
    },
  };
}
