import { limits } from "../kernel/limits.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import type { Attempt, AttemptFilter } from "./attempt.ts";

/** The filters that list and summary take. */
interface AttemptQuery {
  DateCreatedAfter?: string;
  DateCreatedBefore?: string;
  "ChannelData.To"?: string;
  DestinationPrefix?: string;
  Country?: string;
  Channel?: Attempt["channel"] | "rbm";
  VerifyServiceSid?: string;
  VerificationSid?: string;
  Status?: string;
}

/** The filter of a query, within the days that the log keeps. */
export function attemptFilter(query: AttemptQuery, now: number): AttemptFilter {
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
