import type { PhoneRecipient } from "../kernel/recipient.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { check } from "../verifications/check.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import type { Verification } from "../verifications/verification.ts";
import { type V1Handler, v1Refused } from "./handler.ts";
import { parseNationalNumber, shownNumber } from "./national-number.ts";
import { checkCallFacts } from "./phone-reports.ts";
import { nothingPendingText } from "./texts.ts";

type Id = "checkPhoneVerification";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;

export function checkPhoneVerification(dependencies: Pick<StartParts, "store" | "vault">): V1Handler<Id> {
  return async (request) => {
    const { accountSid, application, parameters } = request;
    const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
    if (!phone.ok) return phone;
    const recipient = phone.value;
    return check<Answer>(dependencies, {
      accountSid,
      serviceSid: application.serviceSid,
      target: { recipient: recipient.value },
      code: parameters.verification_code,
      noService: v1Refused("60001"),
      answer: answerOf,
      refused: ({ refusal }) => refusalOf(refusal, recipient),
      facts: (answer, states, now) => checkCallFacts(request, answer, states, now),
    });
  };
}

/** A wrong code is an error here, and so is the one that locks the number. */
function answerOf({ status }: Verification): Answer {
  if (status !== "approved") return v1Refused("60022");
  return { ok: true, value: { message: "Verification code is correct.", success: true } };
}

function refusalOf({ code, retryAfterSeconds = 1 }: Refusal, recipient: PhoneRecipient): Answer {
  if (code === 60202) return v1Refused("60003", { retryAfterSeconds });
  return v1Refused("60023", { message: nothingPendingText(shownNumber(recipient)) });
}
