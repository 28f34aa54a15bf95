import type { Application } from "./application.ts";

/** What happens to the phone verifications of an application and can be reported. */
export type PhoneEventType =
  | "custom_message_not_allowed"
  | "phone_verification_code_is_invalid"
  | "phone_verification_code_is_valid"
  | "phone_verification_failed"
  | "phone_verification_not_found"
  | "phone_verification_started"
  | "too_many_code_verifications"
  | "too_many_phone_verifications";

export interface PhoneEvent {
  type: PhoneEventType;
  /** The request that it happened in. */
  request: { id: string; ip: string };
  /** What it happened to; absent for `phone_verification_not_found` and `too_many_code_verifications`. */
  verification?: ReportedVerification;
}

export interface ReportedVerification {
  /** Null when it could not be created. */
  uuid: string | null;
  countryCode: number;
  /** National, as the caller wrote it. */
  phoneNumber: string;
  /** `sms` or `call`, unless it was started on v2. */
  via: string;
  status: "verified" | "expired" | "pending";
  /** Null when it could not be created, or has ended. */
  codeLength: number | null;
  /** Null but where a start chose it. */
  locale: string | null;
  secondsToExpire: number;
  lineType: "voip" | "mobile" | "landline" | null;
  /** The mobile country code and network code, one after the other. */
  mccmnc: string | null;
}

/** That a call of an application was answered. */
export interface CallFact {
  application: Application;
  event: PhoneEvent;
  at: number;
}
