import type { Inbox, InboxMessage } from "../ports.ts";

const messagesMax = 10_000;

/** An inbox of the last 10,000 messages. */
export function createInbox(): Inbox {
  let messages: InboxMessage[] = [];
  const waiting = new Set<(message: InboxMessage) => void>();
  return {
    add(message) {
      messages.push(message);
      // Dropping a tenth at a time keeps the price of a full inbox off the single message.
      if (messages.length > messagesMax * 1.1) messages = messages.slice(-messagesMax);
      for (const offer of [...waiting]) offer(message);
    },
    list: (accountSid, to) => messages.filter((message) => isWanted(message, accountSid, to)).reverse(),
    next({ accountSid, to, after, timeoutMs }) {
      const index = after === undefined ? messages.length : messages.findIndex(({ sid }) => sid === after) + 1;
      const present = messages.slice(index).find((message) => isWanted(message, accountSid, to));
      if (present) return Promise.resolve(present);
      return new Promise((resolve) => {
        const finish = (message?: InboxMessage) => {
          clearTimeout(timer);
          waiting.delete(offer);
          resolve(message);
        };
        const offer = (message: InboxMessage) => {
          if (isWanted(message, accountSid, to)) finish(message);
        };
        const timer = setTimeout(finish, timeoutMs);
        waiting.add(offer);
      });
    },
    clear() {
      messages = [];
    },
  };
}

function isWanted(message: InboxMessage, accountSid: string, to: string | undefined): boolean {
  return message.accountSid === accountSid && (to === undefined || message.to === to);
}
