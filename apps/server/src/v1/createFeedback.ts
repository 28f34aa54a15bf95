import type { Dependencies } from "../dependencies.ts";
import type { Feedback } from "../verifications/verification.ts";
import { decideFeedback } from "./feedback.ts";
import type { V1Handler } from "./handler.ts";
import { v1Refused } from "./refusal.ts";
import { sidOfUuid } from "./uuid.ts";

type Id = "createFeedback";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;

export function createFeedback({ store }: Dependencies): V1Handler<Id> {
  return async ({ accountSid, application: { serviceSid }, path, parameters }) => {
    const attemptSid = sidOfUuid("VL", path.SmsId);
    const attempt = attemptSid === undefined ? undefined : await store.attempts.fetch(accountSid, attemptSid);
    if (!attempt || attempt.serviceSid !== serviceSid) return v1Refused("60032");
    const { sid, verificationSid } = attempt;
    return store.decide<Answer>({
      accountSid,
      serviceSid,
      target: { sid: verificationSid },
      decide({ current }, now) {
        const decision = decideFeedback(current, sid, parameters.Outcome ?? null, now);
        if (!decision.ok) return { outcome: decision };
        const { feedback, verification, isApproved } = decision.value;
        return {
          outcome: answerOf(path.SmsId, feedback),
          ...(verification && { verification }),
          facts: isApproved ? ["approved"] : [],
        };
      },
    });
  };
}

function answerOf(smsId: string, { outcome, createdAt, updatedAt }: Feedback): Answer {
  return {
    ok: true,
    value: {
      account_sid: "",
      message_sid: smsId.toLowerCase(),
      outcome,
      date_created: rfc2822(createdAt),
      date_updated: rfc2822(updatedAt),
      uri: "",
      success: true,
    },
  };
}

/** `Wed, 18 Jul 2018 21:59:40 +0000` */
function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}
