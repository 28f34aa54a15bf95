import type { AttemptStore } from "../attempts/store.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import type { Store } from "../store/store.ts";
import { decideEnd } from "../verifications/end.ts";
import type { Decision } from "../verifications/ledger.ts";
import type { Feedback, Verification } from "../verifications/verification.ts";
import type { V1Handlers } from "./handler.ts";
import { sidOfUuid } from "./keys.ts";

type Answer = Awaited<ReturnType<V1Handlers["createFeedback"]>>;

interface Parts {
  store: Pick<Store, "decide">;
  attempts: AttemptStore;
}

/** The operation that takes down how a code of the caller's own fared. */
export function feedbackHandlers({ store, attempts }: Parts): Pick<V1Handlers, "createFeedback"> {
  return {
    async createFeedback({ accountSid, application: { serviceSid }, path, parameters }) {
      const attemptSid = sidOfUuid("VL", path.SmsId);
      const attempt = attemptSid === undefined ? undefined : await attempts.fetch(accountSid, attemptSid);
      if (!attempt || attempt.serviceSid !== serviceSid) return refused("60032");
      const { sid, verificationSid } = attempt;
      return store.decide<Answer>({
        accountSid,
        serviceSid,
        target: { sid: verificationSid },
        decide({ current }, now) {
          const decision = decideFeedback(current, sid, parameters.Outcome ?? null, now);
          if (!decision.ok) return { outcome: decision };
          const { feedback, ...changes } = decision.value;
          return { outcome: answerOf(path.SmsId, feedback), ...changes };
        },
      });
    },
  };
}

interface FeedbackDecision extends Pick<Decision<Answer>, "verification" | "facts"> {
  /** What to answer: the feedback that is on record now. */
  feedback: Feedback;
}

/**
 * Takes down how a code of the caller's own fared. `received` approves the verification while it is pending, as an
 * update of v2 does; later feedback replaces the outcome and nothing else. Without an outcome nothing changes.
 * @returns 60032 unless the attempt was a start with such a code.
 */
function decideFeedback(
  current: Verification | undefined,
  attemptSid: string,
  outcome: Feedback["outcome"] | null,
  now: number,
): Outcome<FeedbackDecision, "60032"> {
  const known = current?.attempts.find(({ sid }) => sid === attemptSid)?.feedback;
  if (!current || known === undefined) return refused("60032");
  if (outcome === null) {
    return accepted({ feedback: known ?? { outcome: "received", createdAt: now, updatedAt: now } });
  }
  const feedback: Feedback = { outcome, createdAt: known?.createdAt ?? now, updatedAt: now };
  const attempts = current.attempts.map((attempt) => (attempt.sid === attemptSid ? { ...attempt, feedback } : attempt));
  const noted = { ...current, attempts };
  const ended = outcome === "received" ? decideEnd(noted, "approved", now) : undefined;
  return ended?.ok
    ? accepted({ feedback, verification: ended.value, facts: ["approved"] })
    : accepted({ feedback, verification: noted });
}

function answerOf(smsId: string, { outcome, createdAt, updatedAt }: Feedback): Answer {
  return accepted({
    account_sid: "",
    message_sid: smsId.toLowerCase(),
    outcome,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(updatedAt),
    uri: "",
    success: true,
  });
}

/** `Wed, 18 Jul 2018 21:59:40 +0000` */
function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}
