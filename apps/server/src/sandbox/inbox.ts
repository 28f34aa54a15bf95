import type { Channel } from "../kernel/recipient.ts";

/** What the sandbox keeps of a message instead of sending it. */
export interface InboxMessage {
  sid: string;
  accountSid: string;
  serviceSid: string;
  verificationSid: string;
  attemptSid: string;
  to: string;
  channel: Exclude<Channel, "sna">;
  code: string;
  subject: string | null;
  text: string;
  html: string | null;
  locale: string;
  createdAt: number;
}

/** The sandbox's inbox. It is in memory alone, since it holds codes in clear. */
export interface Inbox {
  add(message: InboxMessage): void;
  /** An account's messages, newest first. */
  list(accountSid: string, to?: string): InboxMessage[];
  /**
   * The oldest message after the one named, at once or when it comes; without a name, the next that comes from now on.
   * @returns undefined when none comes in time.
   */
  next(wish: { accountSid: string; to?: string; after?: string; timeoutMs: number }): Promise<InboxMessage | undefined>;
  clear(): void;
}

const messagesMax = 10_000;

/** An inbox of the last 10,000 messages. Once it is closed, nobody waits for another one. */
export function createInbox(): Inbox & { close(): void } {
  let messages: InboxMessage[] = [];
  let isClosed = false;
  const waiting = new Map<(message: InboxMessage) => void, () => void>();
  return {
    add(message) {
      messages.push(message);
      // Dropping a tenth at a time keeps the price of a full inbox off the single message.
      if (messages.length > messagesMax * 1.1) messages = messages.slice(-messagesMax);
      for (const offer of [...waiting.keys()]) offer(message);
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
        const timer = setTimeout(finish, isClosed ? 0 : timeoutMs);
        waiting.set(offer, finish);
      });
    },
    clear() {
      messages = [];
    },
    close() {
      isClosed = true;
      for (const finish of [...waiting.values()]) finish();
    },
  };
}

function isWanted(message: InboxMessage, accountSid: string, to: string | undefined): boolean {
  return message.accountSid === accountSid && (to === undefined || message.to === to);
}
