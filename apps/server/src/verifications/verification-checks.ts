import type { VerificationCheck } from "@countersign/types";
import { isoTime } from "../kernel/clock.ts";
import type { Handlers, Request } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, type Outcome, refused } from "../kernel/refusal.ts";
import { type CheckParts, check, paymentOf, refusalOfPayment } from "./check.ts";
import type { VerificationCommand } from "./ledger.ts";
import type { Verification } from "./verification.ts";

type Id = "createVerificationCheck";

/** The operation of the tag Verification checks. */
export function verificationCheckHandlers(parts: CheckParts): Pick<Handlers, Id> {
  return {
    createVerificationCheck({ accountSid, path, body }) {
      const target = targetOf(body);
      if (!target.ok) return Promise.resolve(target);
      const payment = paymentOf(body);
      const { target: named, recipient } = target.value;
      return check<Awaited<ReturnType<Handlers[Id]>>>(parts, {
        accountSid,
        serviceSid: path.ServiceSid,
        target: named,
        recipient,
        code: body.Code,
        payment,
        clientToken: body.SnaClientToken,
        noService: refused(20404, { reason: "unknown" }),
        ruledOut: ({ settings }) => refusalOfPayment(payment, settings),
        answer: (verification) => accepted(checkBody(verification)),
        refused: (refused) => refused,
      });
    },
  };
}

interface Target extends Pick<VerificationCommand<unknown>, "target"> {
  recipient?: string;
}

function targetOf({ To, VerificationSid: sid }: Request<Id>["body"]): Outcome<Target, 60200 | 60221> {
  if (To === undefined) return sid === undefined ? refused(60221) : accepted({ target: { sid } });
  const parsed = parseRecipient(To);
  if (!parsed.ok) return parsed;
  const recipient = parsed.value.value;
  return accepted(sid === undefined ? { target: { recipient } } : { target: { sid }, recipient });
}

/** A verification as a check answers it. */
function checkBody(verification: Verification): VerificationCheck {
  return Object.assign(sharedBody(verification), {
    status: verification.status,
    sna_attempts_error_codes: (verification.sna?.errors ?? []).map(({ attemptSid, code }) => ({
      attempt_sid: attemptSid,
      code,
    })),
  });
}

/** What every answer tells of a verification. */
export function sharedBody(verification: Verification) {
  return {
    sid: verification.sid,
    service_sid: verification.serviceSid,
    account_sid: verification.accountSid,
    to: verification.recipient,
    channel: verification.channel,
    valid: verification.status === "approved",
    amount: verification.amount,
    payee: verification.payee,
    date_created: isoTime(verification.createdAt),
    date_updated: isoTime(verification.updatedAt),
  };
}
