import type { Attempt as AttemptBody } from "@countersign/types";
import { isoTime } from "../kernel/wire.ts";
import type { Attempt } from "./attempt.ts";

/** An attempt as list and fetch answer it. */
export function attemptBody(attempt: Attempt, now: number, base: string): AttemptBody {
  const { sid, accountSid, serviceSid, verificationSid, channel, isConverted, delivery, lookup } = attempt;
  if (channel === "sna") throw new Error(`${sid} is of silent network authentication, which the log does not have.`);
  const channelData = {
    verification_sid: verificationSid,
    to: attempt.recipient,
    status: isConverted ? "confirmed" : now < attempt.expiresAt ? "unconfirmed" : "expired",
    error_code: delivery.errorCode,
    country: attempt.country,
    code_length: attempt.codeLength,
    locale: attempt.locale,
    mcc: lookup?.mobileCountryCode ?? null,
    mnc: lookup?.mobileNetworkCode ?? null,
    carrier: lookup?.name ?? null,
  } as const;
  return {
    sid,
    account_sid: accountSid,
    service_sid: serviceSid,
    verification_sid: verificationSid,
    date_created: isoTime(attempt.createdAt),
    date_updated: isoTime(attempt.updatedAt),
    conversion_status: isConverted ? "converted" : "unconverted",
    channel,
    price: null,
    channel_data:
      channel === "call"
        ? { ...channelData, call_status: callStatus[delivery.status] }
        : { ...channelData, message_status: delivery.status },
    url: `${base}/v2/Attempts/${sid}`,
  };
}

const callStatus = {
  queued: "queued",
  sent: "in-progress",
  delivered: "completed",
  undelivered: "no-answer",
  failed: "failed",
} as const;
