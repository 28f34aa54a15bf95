import type { PhoneRecipient } from "../kernel/recipient.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { decideCheck } from "../verifications/check.ts";
import { checkFacts, codeMatcher } from "../verifications/check-parts.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import type { Verification } from "../verifications/verification.ts";
import type { V1Handler } from "./handler.ts";
import { parseNationalNumber, shownNumber } from "./national-number.ts";
import { checkCallFacts } from "./phone-reports.ts";
import { v1Refused } from "./refusal.ts";
import { nothingPendingText } from "./texts.ts";

type Id = "checkPhoneVerification";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;

export function checkPhoneVerification(dependencies: Pick<StartParts, "store" | "vault" | "newSid">): V1Handler<Id> {
  return async (request) => {
    const { accountSid, application, parameters } = request;
    const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
    if (!phone.ok) return phone;
    const recipient = phone.value;
    const matches = codeMatcher(dependencies.vault, parameters.verification_code);
    return dependencies.store.decide<Answer>({
      accountSid,
      serviceSid: application.serviceSid,
      target: { recipient: recipient.value },
      decide({ service, current }, now) {
        if (!service) return { outcome: v1Refused("60001") };
        const decision = decideCheck(current, { isBySid: false, matches, isClientToken: () => false }, now);
        const outcome = decision.ok ? answerOf(decision.value) : refusalOf(decision.refusal, recipient);
        const verification = decision.ok ? decision.value : undefined;
        const states = { before: current, after: verification };
        const call = checkCallFacts(request, outcome, states, now);
        if (!verification) return { outcome, facts: call };
        return { outcome, verification, facts: [...checkFacts(verification, current), ...call] };
      },
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
