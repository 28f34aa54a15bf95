import { tooManyRequests } from "../accounts/request-store.ts";
import type { Dependencies } from "../dependencies.ts";
import type { Handler } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { decideFetch } from "./end.ts";
import { verificationBody } from "./verification-body.ts";
import { verificationTarget } from "./verification-target.ts";

type Id = "fetchVerification";

export function fetchVerification(dependencies: Dependencies): Handler<Id> {
  return async ({ accountSid, path, base }) => {
    const target = verificationTarget(path.Sid);
    if (!target) return refused(20404, { reason: "unknown" });
    const answer = await dependencies.store.decide<Awaited<ReturnType<Handler<Id>>>>({
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
    return (
      (await tooManyRequests(
        { requests: dependencies.store.requests, clock: dependencies.clock },
        request,
        limits.verificationFetches,
      )) ?? answer
    );
  };
}
