import { setTimeout } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";
import { StoreUnavailableError } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import type { FailedTry, HandedOver } from "./outbox.ts";

interface SettlerOptions {
  outbox: Pick<Store["outbox"], "settle" | "retry">;
  clock: Clock;
  /** Between two tries while the store is gone. */
  pauseMs: number;
}

/**
 * Records what became of messages. What comes while one transaction is under way, or shortly after it, shares the next
 * one. While the store is gone, what was handed over is kept in mind, so that it is not handed over once more when the
 * store is back.
 */
export function createSettler({ outbox, clock, pauseMs }: SettlerOptions) {
  const closing = new AbortController();
  const persistently = async (write: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        if (closing.signal.aborted) return;
        await setTimeout(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  const settles = createBatcher<HandedOver>((done) => persistently(() => outbox.settle(done, clock())));
  const retries = createBatcher<FailedTry>((failures) => persistently(() => outbox.retry(failures)));
  return {
    /** Resolves when it is recorded, or given up since the store is being closed. */
    settle: settles.add,
    retry: retries.add,
    /** Tries what waits once more, and then no longer. */
    async close() {
      closing.abort();
      await Promise.allSettled([settles.idle(), retries.idle()]);
    },
  };
}

const gatherMs = 20;

function createBatcher<T>(write: (items: readonly T[]) => Promise<void>) {
  let waiting: T[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function writeWaiting(): Promise<void> {
    next = undefined;
    const items = waiting;
    waiting = [];
    await write(items);
  }

  return {
    add(item: T): Promise<void> {
      waiting.push(item);
      if (next === undefined) {
        next = running.then(writeWaiting);
        // No answer waits for it, and a transaction of one message costs hardly less than one of ten.
        running = next.catch(() => undefined).then(() => setTimeout(gatherMs));
      }
      return next;
    },
    idle: () => running,
  };
}
