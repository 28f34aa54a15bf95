import type { Reaction } from "../events/reactions.ts";
import type { CarrierLookup, Verification } from "../verifications/verification.ts";
import type { Application } from "./application.ts";
import type { CallFact, PhoneEvent, PhoneEventType, ReportedVerification } from "./call-fact.ts";
import { uuidOfSid } from "./keys.ts";
import { legacyStatus } from "./status.ts";
import { postsOf } from "./webhook-event.ts";

/** The webhooks of applications hear of their calls. */
export const callReports = (newSid: (prefix: string) => string): Reaction => ({
  call: (fact) => postsOf(newSid, fact),
});

/** The call whose outcome is reported. */
interface ReportedCall {
  application: Application;
  requestId: string;
  ip: string;
  parameters: { country_code?: number; phone_number?: string; via?: string };
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
  const verification = () => ({ ...reportedVerification(call, after, lookup, now), locale });
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
    codeLength: before?.code?.length ?? null,
  });
  return callFacts(call, checkType(answer), after && verification, now);
}

/** What webhooks hear when a number or an id has no verification. */
export function notFoundFacts(call: ReportedCall, now: number): CallFact[] {
  return callFacts(call, "phone_verification_not_found", undefined, now);
}

function startType(answer: Answered): PhoneEventType {
  if (answer.ok) return "phone_verification_started";
  return answer.refusal.code === "60003" ? "too_many_phone_verifications" : "phone_verification_failed";
}

function checkType(answer: Answered): PhoneEventType {
  if (answer.ok) return "phone_verification_code_is_valid";
  if (answer.refusal.code === "60022") return "phone_verification_code_is_invalid";
  return answer.refusal.code === "60003" ? "too_many_code_verifications" : "phone_verification_not_found";
}

/** Most applications have no webhooks, and nothing is made for them. */
function callFacts(
  { application, requestId, ip }: ReportedCall,
  type: PhoneEventType,
  verification: (() => ReportedVerification) | undefined,
  now: number,
): CallFact[] {
  if (application.state.webhooks.length === 0) return [];
  const event: PhoneEvent = {
    type,
    request: { id: requestId, ip },
    ...(verification && { verification: verification() }),
  };
  return [{ application, event, at: now }];
}

function reportedVerification(
  { parameters: { country_code = 0, phone_number = "", via } }: ReportedCall,
  verification: Verification | undefined,
  lookup: CarrierLookup | null,
  now: number,
): ReportedVerification {
  const status = verification && legacyStatus(verification, now);
  const network = [lookup?.mobileCountryCode, lookup?.mobileNetworkCode];
  return {
    uuid: verification ? uuidOfSid(verification.sid) : null,
    countryCode: country_code,
    phoneNumber: phone_number,
    via: via ?? verification?.channel ?? "sms",
    status: status?.status ?? "pending",
    codeLength: verification?.code?.length ?? null,
    locale: null,
    secondsToExpire: status?.secondsToExpire ?? 0,
    lineType: lookup?.type ?? null,
    mccmnc: network.every(Boolean) ? network.join("") : null,
  };
}
