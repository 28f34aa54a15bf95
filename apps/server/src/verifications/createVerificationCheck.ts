import type { Handler, Request } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { check } from "./check.ts";
import type { StartParts } from "./composed-send.ts";
import type { VerificationCommand } from "./ledger.ts";
import { checkBody } from "./verification-body.ts";

type Id = "createVerificationCheck";

export function createVerificationCheck(dependencies: Pick<StartParts, "store" | "vault">): Handler<Id> {
  return async ({ accountSid, path, body }) => {
    const target = targetOf(body);
    if (!target.ok) return target;
    const isIncomplete = body.Amount === undefined || body.Payee === undefined;
    return check<Awaited<ReturnType<Handler<Id>>>>(dependencies, {
      accountSid,
      serviceSid: path.ServiceSid,
      target: target.value,
      code: body.Code,
      payment: body,
      clientToken: body.SnaClientToken,
      noService: refused(20404, { reason: "unknown" }),
      ruledOut: ({ settings }) => (settings.psd2Enabled && isIncomplete ? refused(60206) : undefined),
      answer: (verification) => accepted(checkBody(verification)),
      refused: (refused) => refused,
    });
  };
}

function targetOf({ To, VerificationSid }: Request<Id>["body"]) {
  if (VerificationSid !== undefined) return accepted<VerificationCommand<unknown>["target"]>({ sid: VerificationSid });
  if (To === undefined) return refused(60221);
  const recipient = parseRecipient(To);
  if (!recipient.ok) return recipient;
  return accepted<VerificationCommand<unknown>["target"]>({ recipient: recipient.value.value });
}
