import type { WebhookPost } from "../events/posts.ts";
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

/** One post for each webhook of the application that wants to hear of such an event. */
export function postsOf(newSid: (prefix: string) => string, { application, event, at: now }: CallFact): WebhookPost[] {
  const { accountSid, serviceSid, state } = application;
  return state.webhooks
    .filter(({ events }) => events.includes(event.type))
    .map(({ id }) => ({
      accountSid,
      serviceSid,
      sid: newSid("WD"),
      webhookId: id,
      payload: payloadOf(application, event, now),
      createdAt: now,
    }));
}

/** The names of v1's reports: `s_` for a text, `i_` for an integer. */
function payloadOf({ accountSid, id }: Application, { type, request, verification }: PhoneEvent, now: number): object {
  return {
    event: type,
    objects: {
      app: { s_account_sid: accountSid, s_device_app: null, s_id: String(id), s_type: "full" },
      ...(verification && { phone_verification: objectOf(verification) }),
    },
    request,
    time: new Date(now).toISOString(),
  };
}

function objectOf(verification: ReportedVerification): object {
  return {
    i_code_length: verification.codeLength,
    s_country_code: String(verification.countryCode),
    s_id: verification.uuid,
    s_line_type: verification.lineType,
    s_locale: verification.locale,
    s_mccmnc: verification.mccmnc,
    s_phone_number: verification.phoneNumber,
    i_seconds_to_expire: verification.secondsToExpire,
    s_status: verification.status,
    s_via: verification.via,
  };
}
