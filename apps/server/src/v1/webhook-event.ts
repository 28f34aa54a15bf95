import type { WebhookPost } from "../events/posts.ts";
import type { Application } from "./application.ts";
import type { CallFact, PhoneEvent, ReportedVerification } from "./call-fact.ts";

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
