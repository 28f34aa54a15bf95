import type { Attempt } from "../attempts/attempt.ts";
import type { Receive } from "../delivery/receipts.ts";
import { receiptReference } from "../delivery/worker.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { newSid } from "../kernel/random.ts";
import type { Store } from "../store/store.ts";
import type { DeliverableMessage, StartParts } from "../verifications/composed-send.ts";
import type { Faults } from "./faults.ts";
import type { Inbox } from "./inbox.ts";
import { createLateReceipts } from "./late-receipts.ts";

/** Who takes the messages that meet a fault; where there is none, nobody does, and the inbox has them. */
const provider = "sandbox";

interface Parts {
  store: Pick<Store, "outbox">;
  clock: Clock;
  inbox: Inbox;
  faults: Pick<Faults, "isMet" | "receiptDelayMs">;
  receive: Receive;
}

/** How the messages of a sandbox go: into its inbox, at once or with the faults that are set. */
export function createSandboxDelivery({ store, clock, inbox, faults, receive }: Parts) {
  const receipts = createLateReceipts({
    clock,
    receive: (reference) => receive(provider, reference, { status: "delivered", errorCode: null }),
  });
  const keep = keepIn(inbox);
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
      keep(attempt, content);
      receipts.add({ dueAt: createdAt + delayMs, reference: attemptSid });
    },
  };
  return { way, bringDue: receipts.bringDue, forget: receipts.clear, close: receipts.close };
}

function keepIn(inbox: Inbox) {
  return ({ accountSid, serviceSid, sid, createdAt }: Attempt, content: DeliverableMessage): void => {
    const { channel, verificationSid, to, code, subject = null, text, html = null, locale } = content;
    inbox.add(accountSid, {
      sid: newSid("MS"),
      service_sid: serviceSid,
      verification_sid: verificationSid,
      attempt_sid: sid,
      to,
      channel,
      code,
      subject,
      text,
      html,
      locale,
      date_created: isoTime(createdAt),
    });
  };
}
