import type { Client, Message } from "@countersign/client";
import { fetchNextMessage, paginateMessages } from "@countersign/client/operations";

/** What the sandbox would have sent. */
export interface SandboxInbox {
  /**
   * The first message to a recipient that `next` or `code` has not given yet. Waits for one when there is none.
   *
   * @param to A phone number in E.164 format, or an e-mail address.
   * @throws Error when none comes in time, or when the sandbox is closed.
   */
  next(to: string, options?: WaitOptions): Promise<Message>;
  /** The code in the message that `next` gives. */
  code(to: string, options?: WaitOptions): Promise<string>;
  /** Every message to a recipient, or to anybody: the oldest first, those that `next` has given, too. */
  all(to?: string): Promise<Message[]>;
}

export interface WaitOptions {
  /** How long to wait, in whole seconds of the real time, up to 60 (4). */
  timeoutSeconds?: number;
}

/** Less than the time that test runners give a test, so that it fails with a word on what is missing. */
const patienceSeconds = 4;

/** Older than every message, since no message has it. */
const beforeAll = `MS${"0".repeat(32)}`;

/** @param closed Ends all waiting. */
export function createInbox(client: Client, closed: AbortSignal): SandboxInbox & { forget(): void } {
  const lastRead = new Map<string, string>();
  const turns = new Map<string, Promise<unknown>>();

  async function all(to?: string): Promise<Message[]> {
    const messages: Message[] = [];
    for await (const message of paginateMessages(client, { PageSize: 1000, To: to })) messages.push(message);
    return messages.reverse();
  }

  async function waitFor(to: string, timeoutSeconds: number): Promise<Message> {
    const next = { To: to, After: lastRead.get(to) ?? beforeAll, TimeoutSeconds: timeoutSeconds };
    const { data, error } = await fetchNextMessage(client, next, { signal: closed });
    closed.throwIfAborted();
    if (data) {
      lastRead.set(to, data.sid);
      return data;
    }
    if (error.code !== 20404) throw new Error(`The inbox cannot be read: ${error.message}`);
    throw new Error(`No message to ${to} came within ${timeoutSeconds} seconds. ${summaryOf(await all(), to)}`);
  }

  /** Those who wait for one recipient get a message each, in their order. */
  function next(to: string, { timeoutSeconds = patienceSeconds }: WaitOptions = {}): Promise<Message> {
    const turn = (turns.get(to) ?? Promise.resolve()).then(() => waitFor(to, timeoutSeconds));
    turns.set(
      to,
      turn.catch(() => undefined),
    );
    return turn;
  }

  return {
    all,
    next,
    code: async (to, options) => (await next(to, options)).code,
    forget: () => lastRead.clear(),
  };
}

function summaryOf(messages: Message[], to: string): string {
  const own = messages.filter((message) => message.to === to).length;
  if (own > 0) return `All ${own} to this recipient were read before; keep a code that is used twice.`;
  const others = [...new Set(messages.map((message) => message.to))];
  return others.length === 0 ? "The inbox is empty." : `The inbox has messages to ${others.slice(-5).join(", ")}.`;
}
