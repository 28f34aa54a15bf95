import type { DeliverableMessage } from "./operations/composed-send.ts";
import type { Clock, CodeVault, DeliveryReport, OutboxMessage, Store } from "./ports.ts";

/** Hands a message to what carries it, and tells how far it came. */
export type Carry = (message: OutboxMessage, content: DeliverableMessage) => Promise<DeliveryReport>;

interface Worker {
  store: Store;
  vault: CodeVault;
  clock: Clock;
  carry: Carry;
}

const batchSize = 200;
const leaseSeconds = 30;

/**
 * Makes the function that hands over what waits in the outbox. Calls share a run: one that comes while a run is under way
 * waits for the next, so that its own message is in it.
 */
export function createDispatcher(worker: Worker): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    if (!running) {
      running = drain(worker).finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return run();
      });
    return next;
  };
  return run;
}

async function drain({ store, vault, clock, carry }: Worker): Promise<void> {
  for (;;) {
    const messages = await store.outbox.claim(batchSize, leaseSeconds, clock());
    if (messages.length === 0) return;
    for (const message of messages) {
      const report = await carry(message, JSON.parse(vault.openText(message.sealed)));
      await store.attempts.report(message.serviceSid, message.attemptSid, report, clock());
      await store.outbox.remove(message);
    }
  }
}
