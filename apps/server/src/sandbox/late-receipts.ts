import type { Clock } from "../kernel/clock.ts";

/** A receipt that comes when its time has come by the sandbox's clock. */
interface LateReceipt {
  dueAt: number;
  /** What its message is known by. */
  reference: string;
}

interface Parts {
  clock: Clock;
  /** Records that the message arrived. */
  receive: (reference: string) => Promise<void>;
}

const pollMs = 50;

/** Brings receipts at their time. They are in memory alone, as the messages are. */
export function createLateReceipts({ clock, receive }: Parts) {
  let waiting: LateReceipt[] = [];
  let timer: NodeJS.Timeout | undefined;
  let bringing: Promise<void> = Promise.resolve();

  async function bring(): Promise<void> {
    const now = clock();
    const due = waiting.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    waiting = waiting.filter((receipt) => !due.includes(receipt));
    for (const receipt of due) {
      try {
        await receive(receipt.reference);
      } catch {
        // As a provider that was not answered sends a receipt again.
        waiting.push(receipt);
      }
    }
    if (waiting.length === 0) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  /** One after the other, so that none overtakes another by itself. */
  function bringDue(): Promise<void> {
    bringing = bringing.then(bring);
    return bringing;
  }

  return {
    add(receipt: LateReceipt): void {
      waiting.push(receipt);
      timer ??= setInterval(() => void bringDue(), pollMs).unref();
    },
    /** Brings what is due now, as when the clock was moved. */
    bringDue,
    clear(): void {
      waiting = [];
    },
    async close(): Promise<void> {
      waiting = [];
      stop();
      await bringing;
    },
  };
}
