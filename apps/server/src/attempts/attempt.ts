import type { CarrierLookup } from "../kernel/carrier-lookup.ts";
import type { Channel } from "../kernel/recipient.ts";

/** Every given field must fit. Bounds of time are inclusive. */
export interface AttemptFilter {
  createdAfter?: number;
  createdBefore?: number;
  recipient?: string;
  /** The beginning of an E.164 number. */
  recipientPrefix?: string;
  country?: string;
  channel?: Attempt["channel"];
  serviceSid?: string;
  verificationSid?: string;
  isConverted?: boolean;
  /** Those that will never arrive: `failed` or `undelivered`. */
  isLost?: boolean;
}

/** A row of the Attempts log. */
export interface Attempt {
  accountSid: string;
  serviceSid: string;
  sid: string;
  verificationSid: string;
  /** Null once it is erased. */
  recipient: string | null;
  channel: Channel;
  isConverted: boolean;
  delivery: DeliveryReport;
  country: string | null;
  /** Who took its message, or was asked last; null as long as nobody was, and where nothing is sent to anybody. */
  provider: string | null;
  /** How often its message was given to a provider; null as long as it is not known how far it came. */
  tries: number | null;
  /** When somebody took its message. */
  handedOverAt: number | null;
  /** When it was told how its message ended. */
  endedAt: number | null;
  codeLength: number;
  locale: string | null;
  lookup: CarrierLookup | null;
  createdAt: number;
  updatedAt: number;
  /** When the code that it carried is worthless. */
  expiresAt: number;
}

export interface DeliveryReport {
  status: "queued" | "sent" | "delivered" | "undelivered" | "failed";
  /** The channel's own error code. */
  errorCode: string | null;
}

/** When a message ended of which that is told now; null for one that is on its way. */
export function endOf(status: DeliveryReport["status"], now: number): number | null {
  return status === "queued" || status === "sent" ? null : now;
}
