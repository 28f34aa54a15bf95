import { decideFetch } from "../domain/end.ts";
import { accepted, refused } from "../domain/refusal.ts";
import type { Dependencies } from "./dependencies.ts";
import type { Handler } from "./handler.ts";
import { verificationBody } from "./verification-body.ts";
import { verificationTarget } from "./verification-target.ts";

type Id = "fetchVerification";

export function fetchVerification({ store }: Dependencies): Handler<Id> {
  return async ({ accountSid, path, url }) => {
    const target = verificationTarget(path.Sid);
    if (!target) return refused(20404, { reason: "unknown" });
    return store.decide<Awaited<ReturnType<Handler<Id>>>>({
      accountSid,
      serviceSid: path.ServiceSid,
      target,
      decide({ service, current }, now) {
        if (!service) return { outcome: refused(20404, { reason: "unknown" }) };
        const found = decideFetch(current, now);
        return { outcome: found.ok ? accepted(verificationBody(found.value, now, url.origin)) : found };
      },
    });
  };
}
