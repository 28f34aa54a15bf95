import type { Attempt } from "../attempts/attempt.ts";
import type { Receive } from "../delivery/receipts.ts";
import { receiptReference } from "../delivery/worker.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Store } from "../store/store.ts";
import type { DeliverableMessage, StartParts } from "../verifications/composed-send.ts";
import type { Faults } from "./faults.ts";
import { createLateReceipts } from "./late-receipts.ts";

/** Who takes the messages that meet a fault; where there is none, nobody does, and the inbox has them. */
const provider = "sandbox";

interface Parts {
  store: Pick<Store, "outbox">;
  clock: Clock;
  keep: (attempt: Attempt, content: DeliverableMessage) => Promise<void>;
  faults: Pick<Faults, "isMet" | "receiptDelayMs">;
  receive: Receive;
}

/** How the messages of a sandbox go: into its inbox, at once or with the faults that are set. */
export function createSandboxDelivery({ store, clock, keep, faults, receive }: Parts) {
  const receipts = createLateReceipts({
    clock,
    receive: (reference) => receive(provider, reference, { status: "delivered", errorCode: null }),
  });
  const way: StartParts["delivery"] = {
    to: "memory",
    keep,
    isHandedOver: faults.isMet,
    async handOver(message, content, attempt) {
      const { attemptSid, channel, createdAt } = message;
      const settle = (report: Attempt["delivery"], reference = {}) =>
        store.outbox.settle([{ message, report, provider, tries: 1, ...reference }], clock());
      const delayMs = faults.receiptDelayMs(channel);
      if (delayMs === undefined) return settle({ status: "failed", errorCode: "http_503" });
      await settle({ status: "sent", errorCode: null }, { reference: receiptReference(provider, attemptSid) });
      await keep(attempt, content);
      receipts.add({ dueAt: createdAt + delayMs, reference: attemptSid });
    },
  };
  return { way, bringDue: receipts.bringDue, forget: receipts.clear, close: receipts.close };
}
