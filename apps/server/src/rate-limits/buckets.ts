import type { Bucket as BucketBody } from "@countersign/types";
import type { Clock } from "../kernel/clock.ts";
import type { Handlers } from "../kernel/handler.ts";
import { listed, type PageRequest } from "../kernel/page.ts";
import { accepted, refused } from "../kernel/refusal.ts";
import { found, gone, onWire } from "../kernel/wire.ts";
import type { Bucket } from "./rate-limit.ts";
import type { BucketStore, RateLimitStore } from "./store.ts";

type Ids = "createBucket" | "listBuckets" | "fetchBucket" | "updateBucket" | "deleteBucket";

interface Parts {
  rateLimits: Pick<RateLimitStore, "fetch">;
  buckets: BucketStore;
  clock: Clock;
  newSid: (prefix: string) => string;
}

/** The operations of the tag Buckets. */
export function bucketHandlers({ rateLimits, buckets, clock, newSid }: Parts): Pick<Handlers, Ids> {
  return {
    async createBucket({ by, accountSid, path, body, base }) {
      const now = clock();
      const bucket: Bucket = {
        ...ofLimit(accountSid, path),
        sid: newSid("BL"),
        max: body.Max,
        intervalSeconds: body.Interval,
        createdAt: now,
        updatedAt: now,
      };
      const created = await buckets.create(bucket, by);
      if (created === "no parent") return refused(20404);
      if (created === "exists") return refused(60211);
      return created === "too many" ? refused(60210) : accepted(bucketBody(bucket, base));
    },

    async listBuckets({ accountSid, path, base, ...request }) {
      const { rateLimitSid, ...owner } = ofLimit(accountSid, path);
      if (!(await rateLimits.fetch({ ...owner, sid: rateLimitSid }))) return refused(20404);
      const read = (page: PageRequest) => buckets.list({ ...owner, rateLimitSid }, page);
      return listed("buckets", request, read, (each) => bucketBody(each, base));
    },

    fetchBucket: async ({ accountSid, path, base }) =>
      found(await buckets.fetch({ ...ofLimit(accountSid, path), sid: path.Sid }), (bucket) => bucketBody(bucket, base)),

    async updateBucket({ by, accountSid, path, body, base }) {
      const change = (before: Bucket) => ({
        ...before,
        max: body.Max ?? before.max,
        intervalSeconds: body.Interval ?? before.intervalSeconds,
        updatedAt: clock(),
      });
      const bucket = await buckets.update({ ...ofLimit(accountSid, path), sid: path.Sid }, change, by);
      if (bucket === "exists") return refused(60211);
      return bucket ? accepted(bucketBody(bucket, base)) : refused(20404);
    },

    deleteBucket: async ({ by, accountSid, path }) =>
      gone(await buckets.delete({ ...ofLimit(accountSid, path), sid: path.Sid }, by)),
  };
}

function ofLimit(accountSid: string, { ServiceSid, RateLimitSid }: { ServiceSid: string; RateLimitSid: string }) {
  return { accountSid, serviceSid: ServiceSid, rateLimitSid: RateLimitSid };
}

function bucketBody(bucket: Bucket, base: string): BucketBody {
  const url = `${base}/v2/Services/${bucket.serviceSid}/RateLimits/${bucket.rateLimitSid}/Buckets/${bucket.sid}`;
  const own = onWire(bucket, "sid", "rateLimitSid", "serviceSid", "accountSid", "max", "createdAt", "updatedAt");
  return { ...own, interval: bucket.intervalSeconds, url };
}
