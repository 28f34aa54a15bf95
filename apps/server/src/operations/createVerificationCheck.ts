import { decideCheck } from "../domain/check.ts";
import { parseRecipient } from "../domain/recipient.ts";
import { accepted, refused } from "../domain/refusal.ts";
import type { Verification } from "../domain/verification.ts";
import type { VerificationCommand, VerificationEvent } from "../ports.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler, Request } from "./handler.ts";
import { forcedRefusal } from "./outcome-number.ts";
import { checkBody } from "./verification-body.ts";

type Id = "createVerificationCheck";

export function createVerificationCheck(dependencies: Dependencies): Handler<Id> {
  return async ({ accountSid, path, body }) => {
    const target = targetOf(dependencies, body);
    if (!target.ok) return target;
    return dependencies.store.decide<Awaited<ReturnType<Handler<Id>>>>({
      accountSid,
      serviceSid: path.ServiceSid,
      target: target.value,
      decide({ service, current }, now) {
        if (!service) return { outcome: refused(20404, { reason: "unknown" }) };
        const isIncomplete = body.Amount === undefined || body.Payee === undefined;
        if (service.settings.psd2Enabled && isIncomplete) return { outcome: refused(60206) };
        const decision = decideCheck(
          current,
          {
            isBySid: "sid" in target.value,
            matches: body.Code === undefined ? null : matcher(dependencies, body, body.Code),
            snaClientToken: body.SnaClientToken ?? null,
          },
          now,
        );
        if (!decision.ok) return { outcome: decision };
        const verification = decision.value;
        const event = eventOf(verification, current);
        return {
          outcome: accepted(checkBody(verification)),
          verification,
          isConverted: verification.status === "approved",
          events: event ? [event] : [],
        };
      },
    });
  };
}

function targetOf(dependencies: Dependencies, { To, VerificationSid }: Request<Id>["body"]) {
  if (VerificationSid !== undefined) return accepted<VerificationCommand<unknown>["target"]>({ sid: VerificationSid });
  if (To === undefined) return refused(60221);
  const recipient = parseRecipient(To);
  if (!recipient.ok) return recipient;
  return (
    forcedRefusal<60200 | 20404 | 60202>(dependencies, "createVerificationCheck", recipient.value) ??
    accepted<VerificationCommand<unknown>["target"]>({ recipient: recipient.value.value })
  );
}

/** Compares with what the code was bound to; a payment that was left out is not the one that was sent. */
function matcher({ vault }: Dependencies, { Amount, Payee }: Request<Id>["body"], code: string) {
  return ({ serviceSid, recipient, amount, payee, code: sealed }: Verification) =>
    sealed !== null &&
    vault.matches(code, sealed, {
      serviceSid,
      recipient,
      amount: amount === null ? null : (Amount ?? ""),
      payee: payee === null ? null : (Payee ?? ""),
    });
}

function eventOf(after: Verification, before: Verification | undefined): VerificationEvent | undefined {
  const { accountSid, serviceSid, sid: verificationSid, updatedAt: at } = after;
  const type =
    after.status === "approved"
      ? "approved"
      : after.status === "max_attempts_reached"
        ? "locked"
        : after.checks > (before?.checks ?? 0)
          ? "check_refused"
          : undefined;
  return type && { accountSid, serviceSid, verificationSid, at, type };
}
