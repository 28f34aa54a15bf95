import type { DeliverableMessage } from "./operations/composed-send.ts";
import {
  type Clock,
  type CodeVault,
  type DeliveryReport,
  type HandedOver,
  type OutboxMessage,
  type Store,
  StoreUnavailableError,
} from "./ports.ts";

/** Hands a message to what carries it, and tells how far it came. It does not throw: a failure is a report, too. */
export type Carry = (message: OutboxMessage, content: DeliverableMessage) => Promise<DeliveryReport>;

export interface Dispatcher {
  /** Hands over a message that was just committed, under the lease that it was committed with. */
  handOver: (message: OutboxMessage, content: DeliverableMessage) => Promise<void>;
  /** Hands over everything in the outbox that nobody has a lease of. */
  drain: () => Promise<void>;
}

interface Worker {
  store: Pick<Store, "outbox">;
  vault: Pick<CodeVault, "openText">;
  clock: Clock;
  carry: Carry;
}

const batchSize = 200;
const leaseSeconds = 30;
const failed: DeliveryReport = { status: "failed", errorCode: null };

export function createDispatcher({ store, vault, clock, carry }: Worker): Dispatcher {
  const settle = createSettler(store, clock);

  async function handOver(message: OutboxMessage, content: DeliverableMessage | undefined): Promise<void> {
    const isWorthless = content === undefined || message.expiresAt <= clock();
    await settle({ message, report: isWorthless ? failed : await carry(message, content) });
  }

  return {
    handOver,
    async drain() {
      for (;;) {
        const messages = await store.outbox.claim(batchSize, leaseSeconds, clock());
        if (messages.length === 0) return;
        await Promise.all(messages.map((message) => handOver(message, contentOf(message, vault))));
      }
    },
  };
}

/** Nothing for a message that was sealed with a secret that is gone: it would never be delivered, nor let others pass. */
function contentOf({ sealed }: OutboxMessage, { openText }: Worker["vault"]): DeliverableMessage | undefined {
  try {
    return JSON.parse(openText(sealed));
  } catch {
    return undefined;
  }
}

/** Makes the function that records a hand-over. What comes while one transaction is under way shares the next one. */
function createSettler({ outbox }: Worker["store"], clock: Clock): (done: HandedOver) => Promise<void> {
  let waiting: HandedOver[] = [];
  let running = Promise.resolve();
  let next: Promise<void> | undefined;

  async function settleWaiting(): Promise<void> {
    next = undefined;
    const done = waiting;
    waiting = [];
    try {
      await outbox.settle(done, clock());
    } catch (error) {
      // They stay in the outbox, and are handed over once more when their leases end.
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  return (done) => {
    waiting.push(done);
    if (next === undefined) {
      next = running.then(settleWaiting);
      running = next.catch(() => undefined);
    }
    return next;
  };
}
