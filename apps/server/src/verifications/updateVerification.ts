import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { decideEnd } from "./end.ts";
import { verificationBody } from "./verification-body.ts";
import { verificationTarget } from "./verification-target.ts";

type Id = "updateVerification";

export function updateVerification({ store }: Dependencies): Handler<Id> {
  return async ({ accountSid, path, body, base }) => {
    const target = verificationTarget(path.Sid);
    if (!target) return refused(20404, { reason: "unknown" });
    return store.decide<Awaited<ReturnType<Handler<Id>>>>({
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
