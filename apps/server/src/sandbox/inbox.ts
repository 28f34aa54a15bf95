import type { Message } from "@countersign/types";

export type Inbox = ReturnType<typeof createInbox>;

interface Wish {
  accountSid: string;
  to: string | undefined;
}

interface Kept {
  accountSid: string;
  message: Message;
}

const messagesMax = 10_000;

/**
 * The sandbox's inbox: what it keeps of messages instead of sending them, the last 10,000. It is in memory alone, since it
 * holds codes in clear.
 */
export function createInbox() {
  let all: Kept[] = [];
  let isClosed = false;
  const waiting = new Map<(kept: Kept) => void, () => void>();
  return {
    add(accountSid: string, message: Message): void {
      const kept = { accountSid, message };
      all.push(kept);
      // Dropping a tenth at a time keeps the price of a full inbox off the single message.
      if (all.length > messagesMax * 1.1) all = all.slice(-messagesMax);
      for (const offer of [...waiting.keys()]) offer(kept);
    },
    /** An account's messages, newest first. */
    list: (wish: Wish): Message[] =>
      all
        .filter((kept) => isWanted(kept, wish))
        .map(({ message }) => message)
        .reverse(),
    /**
     * The oldest message after the one named, at once or when it comes; without a name, the next that comes from now on.
     * @returns undefined when none comes in time.
     */
    next(wish: Wish, after: string | undefined, timeoutMs: number): Promise<Message | undefined> {
      const index = after === undefined ? all.length : all.findIndex(({ message }) => message.sid === after) + 1;
      const present = all.slice(index).find((kept) => isWanted(kept, wish));
      if (present) return Promise.resolve(present.message);
      return new Promise((resolve) => {
        const finish = (message?: Message) => {
          clearTimeout(timer);
          waiting.delete(offer);
          resolve(message);
        };
        const offer = (kept: Kept) => {
          if (isWanted(kept, wish)) finish(kept.message);
        };
        const timer = setTimeout(finish, isClosed ? 0 : timeoutMs);
        waiting.set(offer, finish);
      });
    },
    forget(accountSid: string, to: string): void {
      all = all.filter((kept) => !isWanted(kept, { accountSid, to }));
    },
    clear(): void {
      all = [];
    },
    /** Nobody waits for another message any more. */
    close(): void {
      isClosed = true;
      for (const finish of [...waiting.values()]) finish();
    },
  };
}

function isWanted({ accountSid, message }: Kept, wish: Wish): boolean {
  return accountSid === wish.accountSid && (wish.to === undefined || message.to === wish.to);
}
