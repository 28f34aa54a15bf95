import { type RequestStore, tooManyRequests } from "../accounts/request-store.ts";
import type { Handler, Handlers } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { recipientInPath } from "../kernel/recipient.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import type { StartParts } from "./composed-send.ts";
import { createVerification } from "./createVerification.ts";
import { createVerificationCheck } from "./createVerificationCheck.ts";
import { decideEnd, decideFetch } from "./end.ts";
import type { VerificationCommand } from "./ledger.ts";
import { openSnaUrl, type SnaParts } from "./openSnaUrl.ts";
import { verificationBody } from "./verification-body.ts";

type Ids = "createVerification" | "createVerificationCheck" | "fetchVerification" | "updateVerification" | "openSnaUrl";

interface Parts extends StartParts, SnaParts {
  store: StartParts["store"];
  vault: StartParts["vault"];
  requests: RequestStore;
}

/** The operations of the tags Verifications and Verification checks. */
export function verificationHandlers(parts: Parts): Pick<Handlers, Ids> {
  return {
    createVerification: createVerification(parts),
    createVerificationCheck: createVerificationCheck(parts),
    fetchVerification: fetchVerification(parts),
    updateVerification: updateVerification(parts),
    openSnaUrl: openSnaUrl(parts),
  };
}

function fetchVerification(parts: Pick<Parts, "store" | "requests" | "clock">): Handler<"fetchVerification"> {
  return async ({ accountSid, path, base }) => {
    const target = verificationTarget(path.Sid);
    if (!target) return refused(20404, { reason: "unknown" });
    const answer = await parts.store.decide<Awaited<ReturnType<Handler<"fetchVerification">>>>({
      accountSid,
      serviceSid: path.ServiceSid,
      target,
      decide({ service, current }, now) {
        if (!service) return { outcome: refused(20404, { reason: "unknown" }) };
        const found = decideFetch(current, now);
        return { outcome: found.ok ? accepted(verificationBody(found.value, now, base)) : found };
      },
    });
    if (!answer.ok) return answer;
    // By its sid, since a recipient would stand in the count for longer than it may.
    const request = { accountSid, name: `fetchVerification ${answer.value.sid}` };
    return (await tooManyRequests(parts, request, limits.verificationFetches)) ?? answer;
  };
}

function updateVerification({ store }: Pick<Parts, "store">): Handler<"updateVerification"> {
  return async ({ accountSid, path, body, base }) => {
    const target = verificationTarget(path.Sid);
    if (!target) return refused(20404, { reason: "unknown" });
    return store.decide<Awaited<ReturnType<Handler<"updateVerification">>>>({
      accountSid,
      serviceSid: path.ServiceSid,
      target,
      decide({ service, current }, now) {
        if (!service) return { outcome: refused(20404, { reason: "unknown" }) };
        const ended = decideEnd(current, body.Status, now);
        if (!ended.ok) return { outcome: ended };
        const verification = ended.value;
        return {
          outcome: accepted(verificationBody(verification, now, base)),
          verification,
          facts: [body.Status],
        };
      },
    });
  };
}

/** The verification that a path names, by its sid or by its recipient; undefined for what is neither. */
function verificationTarget(text: string): VerificationCommand<unknown>["target"] | undefined {
  const named = recipientInPath(text);
  if (!named) return undefined;
  return named.kind === "sid" ? { sid: named.value } : { recipient: named.value };
}
