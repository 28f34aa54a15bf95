import type { Store } from "../store/store.ts";
import type { DeliverableMessage } from "../verifications/composed-send.ts";
import type { CodeVault } from "../verifications/vault.ts";
import { reasonGone, type Verification } from "../verifications/verification.ts";
import type { OutboxMessage } from "./outbox.ts";

/** Why a message is not to be sent any more; nothing while its verification still waits for it. */
export type EndOfMessage = (
  message: Pick<OutboxMessage, "accountSid" | "serviceSid" | "attemptSid" | "channel">,
  content: Pick<DeliverableMessage, "verificationSid" | "code">,
) => Promise<string | undefined>;

interface Parts {
  store: Pick<Store, "decide">;
  vault: Pick<CodeVault, "matches">;
}

/**
 * Looks at the verification again, under its lock: what was acknowledged before is heeded. Whoever asks for many at once
 * gets them from one transaction.
 */
export function createEndOfMessage({ store, vault }: Parts): EndOfMessage {
  return ({ accountSid, serviceSid, attemptSid, channel }, { verificationSid, code }) => {
    const isGood = ({ code: sealed, ...verification }: Verification) =>
      sealed !== null && vault.matches(code, sealed, verification);
    return store.decide<string | undefined>({
      accountSid,
      serviceSid,
      target: { sid: verificationSid },
      decide({ service, current }, now) {
        if (!service || !current) return { outcome: "deleted" };
        const reason = reasonGone(current, now);
        if (reason) return { outcome: reason };
        const place = current.attempts.findIndex(({ sid }) => sid === attemptSid);
        // A later one by another channel is no reason: the person gets the code by what comes through.
        const isSentAgain = current.attempts.slice(place + 1).some((attempt) => attempt.channel === channel);
        return { outcome: isSentAgain || !isGood(current) ? "superseded" : undefined };
      },
    });
  };
}
