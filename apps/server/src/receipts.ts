import { setTimeout } from "node:timers/promises";
import { receiptReference } from "./delivery.ts";
import type { Clock, DeliveryReport, Store } from "./ports.ts";

/** Waits for a message's own record, which its receipt may overtake. */
const pausesMsDefault = [500, 2_000];

/**
 * Makes the function that records receipts. One that no message is found for, such as another system's, is dropped.
 * @throws StoreUnavailableError from that function, so that the provider sends the receipt again.
 */
export function createReceiver(
  { attempts }: { attempts: Pick<Store["attempts"], "receive"> },
  clock: Clock,
  pausesMs = pausesMsDefault,
): (provider: string, reference: string, report: DeliveryReport) => Promise<void> {
  return async (provider, reference, report) => {
    const name = receiptReference(provider, reference);
    for (const pause of pausesMs) {
      if (await attempts.receive(name, report, clock())) return;
      await setTimeout(pause);
    }
    await attempts.receive(name, report, clock());
  };
}
