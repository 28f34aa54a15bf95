import type { V1WebhookEvent } from "@countersign/types";
import type { Application } from "./application.ts";

/** What the webhooks of an application are told of a call that was answered. */
export interface CallFact {
  application: Application;
  type: V1WebhookEvent;
  request: { id: string; ip: string };
  /** What it happened to; absent for `phone_verification_not_found` and `too_many_code_verifications`. */
  verification?: ReportedVerification;
  at: number;
}

/** In the names of v1's reports: `s_` for a text, `i_` for an integer. */
export interface ReportedVerification {
  /** Null when it could not be created, or has ended. */
  i_code_length: number | null;
  s_country_code: string;
  /** A UUID; null when it could not be created. */
  s_id: string | null;
  s_line_type: "voip" | "mobile" | "landline" | null;
  /** Null but where a start chose it. */
  s_locale: string | null;
  /** The mobile country code and network code, one after the other. */
  s_mccmnc: string | null;
  /** National, as the caller wrote it. */
  s_phone_number: string;
  i_seconds_to_expire: number;
  s_status: "verified" | "expired" | "pending";
  /** `sms` or `call`, unless it was started on v2. */
  s_via: string;
}
