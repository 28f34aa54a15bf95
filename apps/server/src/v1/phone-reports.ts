import type { Reaction } from "../events/reactions.ts";
import type { CarrierLookup } from "../kernel/carrier-lookup.ts";
import type { Verification } from "../verifications/verification.ts";
import type { Application, CallFact } from "./application.ts";
import { uuidOfSid } from "./keys.ts";
import { parseNationalNumber } from "./national-number.ts";
import { legacyStatus } from "./status.ts";

/** The webhooks of applications hear of their calls: one post for each that wants to hear of such an event. */
export const callReports = (newSid: (prefix: string) => string): Reaction => ({
  call(fact) {
    const { accountSid, serviceSid, state } = fact.application;
    return state.webhooks
      .filter(({ events }) => events.includes(fact.type))
      .map(({ id }) => ({
        accountSid,
        serviceSid,
        sid: newSid("WD"),
        webhookId: id,
        payload: fact.payload,
        createdAt: fact.at,
      }));
  },
});

/** The call whose outcome is reported. */
interface ReportedCall {
  application: Application;
  requestId: string;
  ip: string;
  parameters: { country_code?: number; phone_number?: string; via?: string };
}

/** Whom a payload of these reports is about, where it is about somebody. */
export function reportedNumber(payload: object): string | undefined {
  const { objects } = payload as { objects?: { phone_verification?: Record<string, string> } };
  const { s_country_code: code, s_phone_number: number = "" } = objects?.phone_verification ?? {};
  const phone = code === undefined ? undefined : parseNationalNumber(Number(code), number);
  return phone?.ok ? phone.value.value : undefined;
}

type Answered = { ok: true } | { ok: false; refusal: { code: string } };

/** What webhooks hear of a start. @param after the verification as it is now, or as it stands in the way of the start */
export function startCallFacts(
  call: ReportedCall & { parameters: { custom_message?: string } },
  answer: Answered,
  after: Verification | undefined,
  { lookup, locale }: { lookup: CarrierLookup; locale: string },
  now: number,
): CallFact[] {
  const isMessageRefused =
    !answer.ok && answer.refusal.code === "60021" && call.parameters.custom_message !== undefined;
  const type = isMessageRefused ? "custom_message_not_allowed" : startType(answer);
  const verification = () => ({ ...reportedVerification(call, after, lookup, now), s_locale: locale });
  return callFacts(call, type, verification, now);
}

/** What webhooks hear of a check. @param after the verification as it is now @param before as it was */
export function checkCallFacts(
  call: ReportedCall,
  answer: Answered,
  { before, after }: { before: Verification | undefined; after: Verification | undefined },
  now: number,
): CallFact[] {
  const verification = () => ({
    ...reportedVerification(call, after, after?.lookup ?? null, now),
    i_code_length: before?.code?.length ?? null,
  });
  return callFacts(call, checkType(answer), after && verification, now);
}

/** What webhooks hear when a number or an id has no verification. */
export function notFoundFacts(call: ReportedCall, now: number): CallFact[] {
  return callFacts(call, "phone_verification_not_found", undefined, now);
}

function startType(answer: Answered): CallFact["type"] {
  if (answer.ok) return "phone_verification_started";
  return answer.refusal.code === "60003" ? "too_many_phone_verifications" : "phone_verification_failed";
}

function checkType(answer: Answered): CallFact["type"] {
  if (answer.ok) return "phone_verification_code_is_valid";
  if (answer.refusal.code === "60022") return "phone_verification_code_is_invalid";
  return answer.refusal.code === "60003" ? "too_many_code_verifications" : "phone_verification_not_found";
}

/** Most applications have no webhooks, and nothing is made for them. */
function callFacts(
  { application, requestId, ip }: ReportedCall,
  type: CallFact["type"],
  verification: (() => object) | undefined,
  now: number,
): CallFact[] {
  const { accountSid, id, state } = application;
  if (state.webhooks.length === 0) return [];
  const payload = {
    event: type,
    objects: {
      app: { s_account_sid: accountSid, s_device_app: null, s_id: String(id), s_type: "full" },
      ...(verification && { phone_verification: verification() }),
    },
    request: { id: requestId, ip },
    time: new Date(now).toISOString(),
  };
  return [{ application, type, payload, at: now }];
}

/** In the names of v1's reports: `s_` for a text, `i_` for an integer. */
function reportedVerification(
  { parameters: { country_code = 0, phone_number = "", via } }: ReportedCall,
  verification: Verification | undefined,
  lookup: CarrierLookup | null,
  now: number,
) {
  const status = verification && legacyStatus(verification, now);
  const network = [lookup?.mobileCountryCode, lookup?.mobileNetworkCode];
  return {
    // Null when it could not be created, or has ended.
    i_code_length: verification?.code?.length ?? null,
    s_country_code: String(country_code),
    s_id: verification ? uuidOfSid(verification.sid) : null,
    s_line_type: lookup?.type ?? null,
    // A start chooses it.
    s_locale: null,
    s_mccmnc: network.every(Boolean) ? network.join("") : null,
    // National, as the caller wrote it.
    s_phone_number: phone_number,
    i_seconds_to_expire: status?.secondsToExpire ?? 0,
    s_status: status?.status ?? "pending",
    s_via: via ?? verification?.channel ?? "sms",
  };
}
