import type { AttemptEvent } from "@countersign/types";
import type { Attempt } from "../attempts/attempt.ts";

/** What the operator's own systems hear of a message. Neither the recipient nor the code is in it. */
export type AttemptReport = AttemptEvent;

/** @returns nothing while it may still arrive, or has been handed over and no receipt has come. */
export function attemptReport(attempt: Attempt): AttemptReport | undefined {
  const { accountSid, serviceSid, verificationSid, sid, channel, delivery, updatedAt } = attempt;
  const { status, errorCode } = delivery;
  if (status === "queued" || status === "sent") return undefined;
  return {
    type: status === "delivered" ? "attempt.delivered" : "attempt.failed",
    timestamp: `${new Date(updatedAt).toISOString().slice(0, 19)}Z`,
    data: {
      account_sid: accountSid,
      service_sid: serviceSid,
      verification_sid: verificationSid,
      attempt_sid: sid,
      channel,
      error_code: errorCode,
    },
  };
}
