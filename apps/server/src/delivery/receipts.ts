import { setTimeout } from "node:timers/promises";
import type { DeliveryReport } from "../attempts/attempt.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Store } from "../store/store.ts";
import { receiptReference } from "./worker.ts";

/** Waits for a message's own record, which its receipt may overtake. */
const pausesMsDefault = [500, 2_000];

interface ReceiverOptions {
  pausesMs?: readonly number[];
  /** Told of each receipt, and whether it was of a message of ours. */
  observe?: (receipt: { provider: string; status: DeliveryReport["status"]; isKnown: boolean }) => void;
}

/**
 * Makes the function that records receipts. One that no message is found for, such as another system's, is dropped.
 * @throws StoreUnavailableError from that function, so that the provider sends the receipt again.
 */
export function createReceiver(
  { attempts }: { attempts: Pick<Store["attempts"], "receive"> },
  clock: Clock,
  { pausesMs = pausesMsDefault, observe }: ReceiverOptions = {},
): (provider: string, reference: string, report: DeliveryReport) => Promise<void> {
  return async (provider, reference, report) => {
    const name = receiptReference(provider, reference);
    let isKnown = await attempts.receive(name, report, clock());
    for (const pause of pausesMs) {
      if (isKnown) break;
      await setTimeout(pause);
      isKnown = await attempts.receive(name, report, clock());
    }
    observe?.({ provider, status: report.status, isKnown });
  };
}
