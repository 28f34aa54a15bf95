import type { Attempt as AttemptBody } from "@countersign/types";
import { type RequestStore, tooManyRequests } from "../accounts/store.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { Attempt, AttemptFilter } from "./attempt.ts";
import type { AttemptStore } from "./store.ts";

type Ids = "listAttempts" | "fetchAttempt" | "fetchAttemptsSummary";

interface Parts {
  attempts: AttemptStore;
  requests: RequestStore;
  clock: Clock;
}

/** The operations of the tag Attempts. */
export function attemptHandlers({ attempts, requests, clock }: Parts): Pick<Handlers, Ids> {
  const tooMany = (accountSid: string, name: Ids) =>
    tooManyRequests({ requests, clock }, { accountSid, name }, limits.attemptReads);
  return {
    async listAttempts({ accountSid, query, base, url }) {
      const refusal = await tooMany(accountSid, "listAttempts");
      if (refusal) return refusal;
      const now = clock();
      const filter = attemptFilter(query, now);
      const read = (page: PageRequest) => attempts.list(accountSid, filter, page);
      return listed("attempts", { query, url }, read, (each) => attemptBody(each, now, base));
    },

    async fetchAttempt({ accountSid, path, base }) {
      const attempt = await attempts.fetch(accountSid, path.Sid);
      return attempt ? accepted(attemptBody(attempt, clock(), base)) : refused(20404);
    },

    async fetchAttemptsSummary({ accountSid, query, url }) {
      const refusal = await tooMany(accountSid, "fetchAttemptsSummary");
      if (refusal) return refusal;
      const { total, converted } = await attempts.count(accountSid, attemptFilter(query, clock()));
      return accepted({
        total_attempts: total,
        total_converted: converted,
        total_unconverted: total - converted,
        conversion_rate_percentage: percentage(converted, total),
        url: url().href,
      });
    },
  };
}

/** The filters that list and summary take. */
type AttemptQuery = Request<"listAttempts">["query"] & Request<"fetchAttemptsSummary">["query"];

/** The filter of a query, within the days that the log keeps. */
function attemptFilter(query: AttemptQuery, now: number): AttemptFilter {
  const oldest = now - limits.retentionDays * 86_400_000;
  const after = query.DateCreatedAfter === undefined ? oldest : Date.parse(query.DateCreatedAfter);
  return {
    createdAfter: Math.max(after, oldest),
    ...(query.DateCreatedBefore !== undefined && { createdBefore: Date.parse(query.DateCreatedBefore) }),
    ...(query["ChannelData.To"] !== undefined && { recipient: keyOf(query["ChannelData.To"]) }),
    ...(query.DestinationPrefix !== undefined && { recipientPrefix: query.DestinationPrefix }),
    ...(query.Country !== undefined && { country: query.Country }),
    // This server sends no RCS, so the filter fits nothing; the port's type need not know that channel.
    ...(query.Channel !== undefined && { channel: query.Channel as Attempt["channel"] }),
    ...(query.VerifyServiceSid !== undefined && { serviceSid: query.VerifyServiceSid }),
    ...(query.VerificationSid !== undefined && { verificationSid: query.VerificationSid }),
    ...(query.Status !== undefined && { isConverted: query.Status.toLowerCase() === "converted" }),
  };
}

/** Attempts are kept under the recipient as it was parsed; what cannot be parsed was never sent to. */
function keyOf(to: string): string {
  const recipient = parseRecipient(to);
  return recipient.ok ? recipient.value.value : to;
}

/** An attempt as list and fetch answer it. */
function attemptBody(attempt: Attempt, now: number, base: string): AttemptBody {
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

/** As text, with at most nine decimals. */
function percentage(part: number, whole: number): string {
  return whole === 0 ? "0" : String(Math.floor((part / whole) * 1e11) / 1e9);
}
