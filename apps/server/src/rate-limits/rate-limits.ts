import type { RateLimit as RateLimitBody } from "@countersign/types";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { WithinService } from "../services/store.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { RateLimitStore } from "./store.ts";

type Ids = "createRateLimit" | "listRateLimits" | "fetchRateLimit" | "updateRateLimit" | "deleteRateLimit";

interface Parts extends WithinService {
  rateLimits: RateLimitStore;
}

/** The operations of the tag Rate limits. */
export function rateLimitHandlers({ services, rateLimits, clock, newSid }: Parts): Pick<Handlers, Ids> {
  return {
    async createRateLimit({ by, accountSid, path, body, base }) {
      const now = clock();
      const rateLimit: RateLimit = {
        accountSid,
        serviceSid: path.ServiceSid,
        sid: newSid("RK"),
        uniqueName: body.UniqueName,
        description: body.Description || null,
        createdAt: now,
        updatedAt: now,
      };
      const created = await rateLimits.create(rateLimit, by);
      if (created === "no parent") return refused(20404);
      if (created === "exists") return refused(60208);
      return created === "too many" ? refused(60207) : accepted(rateLimitBody(rateLimit, base));
    },

    async listRateLimits({ accountSid, path: { ServiceSid: serviceSid }, base, ...request }) {
      if (!(await services.fetch(accountSid, serviceSid))) return refused(20404);
      const read = (page: PageRequest) => rateLimits.list({ accountSid, serviceSid }, page);
      return listed("rate_limits", request, read, (each) => rateLimitBody(each, base));
    },

    fetchRateLimit: async ({ accountSid, path, base }) =>
      found(await rateLimits.fetch(which(accountSid, path)), (rateLimit) => rateLimitBody(rateLimit, base)),

    async updateRateLimit({ by, accountSid, path, body, base }) {
      const change = (before: RateLimit) => ({
        ...before,
        description: body.Description === undefined ? before.description : body.Description || null,
        updatedAt: clock(),
      });
      const rateLimit = await rateLimits.update(which(accountSid, path), change, by);
      // Its name does not change, so that no other can have it.
      return rateLimit && rateLimit !== "exists" ? accepted(rateLimitBody(rateLimit, base)) : refused(20404);
    },

    deleteRateLimit: async ({ by, accountSid, path }) => gone(await rateLimits.delete(which(accountSid, path), by)),
  };
}

/** By its sid, or by its unique name. */
function which(accountSid: string, { ServiceSid, Sid }: { ServiceSid: string; Sid: string }): Partial<RateLimit> {
  const isSid = /^RK[0-9a-fA-F]{32}$/.test(Sid);
  return { accountSid, serviceSid: ServiceSid, ...(isSid ? { sid: Sid } : { uniqueName: Sid }) };
}

function rateLimitBody(rateLimit: RateLimit, base: string): RateLimitBody {
  const url = `${base}/v2/Services/${rateLimit.serviceSid}/RateLimits/${rateLimit.sid}`;
  const owners = onWire(rateLimit, "sid", "serviceSid", "accountSid");
  const own = onWire(rateLimit, "uniqueName", "description", "createdAt", "updatedAt");
  return { ...owners, ...own, url, links: { buckets: `${url}/Buckets` } };
}
