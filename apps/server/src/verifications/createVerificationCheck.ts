import type { Handler, Request } from "../kernel/handler.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { decideCheck } from "./check.ts";
import { checkFacts, codeMatcher } from "./check-parts.ts";
import type { StartParts } from "./composed-send.ts";
import type { VerificationCommand } from "./ledger.ts";
import { clientTokenMatcher } from "./sna-token.ts";
import { checkBody } from "./verification-body.ts";

type Id = "createVerificationCheck";

export function createVerificationCheck(dependencies: Pick<StartParts, "store" | "vault">): Handler<Id> {
  return async ({ accountSid, path, body }) => {
    const target = targetOf(body);
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
            matches: body.Code === undefined ? null : codeMatcher(dependencies.vault, body.Code, body),
            isClientToken: clientTokenMatcher(dependencies.vault, body.SnaClientToken),
          },
          now,
        );
        if (!decision.ok) return { outcome: decision };
        const verification = decision.value;
        const facts = checkFacts(verification, current);
        return { outcome: accepted(checkBody(verification)), verification, facts };
      },
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
