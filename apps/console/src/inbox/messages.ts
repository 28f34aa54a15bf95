import { type ResponseOf, unwrap } from "@countersign/client";
import { useEffect, useState } from "preact/hooks";
import { client } from "../api.ts";

export type Message = ResponseOf<"listMessages">["messages"][number];

/** The newest messages are enough to look at; the inbox itself keeps more. */
const messagesMax = 500;
/** How long one wait lasts: shorter than the server's own, whose end would be a 404 for nothing. */
const waitMs = 20_000;
const retryMs = 2_000;
/** No message has it, so that all are newer. */
const before = `MS${"0".repeat(32)}`;

/** The inbox, newest first, which a message that comes is added to at once. */
export function useMessages(): { messages: Message[] | undefined; error: unknown } {
  const [state, setState] = useState<{ messages: Message[] | undefined; error: unknown }>({
    messages: undefined,
    error: undefined,
  });
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async () => {
      while (!signal.aborted) {
        try {
          const query = { PageSize: messagesMax };
          const { messages } = await unwrap(client.GET("/sandbox/messages", { params: { query }, signal }));
          if (!signal.aborted) setState({ messages, error: undefined });
          await arrival(messages[0]?.sid ?? before, signal);
        } catch (error) {
          if (!signal.aborted) setState(({ messages }) => ({ messages, error }));
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
        await seen();
      }
    };
    void follow();
    return () => abort.abort();
  }, []);
  return state;
}

/** Waits for a message after that one, for a while: the list is asked for again in either case. */
async function arrival(After: string, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(waitMs);
  const params = { query: { After, TimeoutSeconds: 60 } };
  try {
    await client.GET("/sandbox/messages/next", { params, signal: AbortSignal.any([signal, patience]) });
  } catch (error) {
    if (!patience.aborted) throw error;
  }
}

/** Waits until somebody looks. */
function seen(): Promise<void> {
  return new Promise((resolve) => {
    if (!document.hidden) return resolve();
    document.addEventListener("visibilitychange", () => resolve(), { once: true });
  });
}

/** A person's messages, oldest first, as a phone shows them. */
export interface Thread {
  to: string;
  messages: Message[];
}

/**
 * The messages by recipient. Threads that were there stay where they are, under the eyes that read them; new ones come
 * on top.
 * @param order the recipients as they stood.
 */
export function threadsOf(messages: Message[], order: string[]): Thread[] {
  const byRecipient = new Map<string, Message[]>();
  for (const message of messages) {
    byRecipient.set(message.to, [message, ...(byRecipient.get(message.to) ?? [])]);
  }
  const fresh = [...byRecipient.keys()].filter((to) => !order.includes(to));
  return [...fresh, ...order].flatMap((to) => {
    const found = byRecipient.get(to);
    return found ? [{ to, messages: found }] : [];
  });
}
