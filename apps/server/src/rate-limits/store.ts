import { type OnChange, resourceStore } from "../sql/resources.ts";
import { type Keeping, table } from "../sql/table.ts";
import { run, type Sql } from "../sql/text.ts";
import { countedText } from "./enforcement.ts";
import { type Bucket, bucketsMax, type RateLimit, rateLimitsMax } from "./rate-limit.ts";

const kept = { owner: "service", key: ["service_sid", "sid"] } as const;
const times = { createdAt: "plain", updatedAt: "plain" } as const;

export const rateLimits = table<RateLimit>({
  name: "rate_limits",
  ...kept,
  fields: {
    serviceSid: "plain",
    sid: "plain",
    accountSid: "plain",
    uniqueName: "plain",
    description: "plain",
    ...times,
  },
  audited: {
    as: "rate_limit",
    shows: ({ serviceSid, uniqueName, description }) => ({ serviceSid, uniqueName, description }),
  },
  person: { none: "settings are a tenant's own" },
  erased: { never: "a rate limit is there until somebody deletes it" },
});

export const buckets = table<Bucket>({
  name: "buckets",
  ...kept,
  fields: {
    ...{ serviceSid: "plain", sid: "plain", rateLimitSid: "plain", accountSid: "plain" },
    ...{ max: "plain", intervalSeconds: "plain", ...times },
  },
  audited: {
    as: "bucket",
    shows: ({ serviceSid, rateLimitSid, max, intervalSeconds }) => ({
      ...{ serviceSid, rateLimitSid, max, interval: intervalSeconds },
    }),
  },
  person: { none: "settings are a tenant's own" },
  erased: { never: "a bucket is there until somebody deletes it" },
});

/** Whom a value is of, nobody can tell: it stands there as a keyed hash, and is erased when its window has ended. */
export const bucketCounts: Keeping = {
  name: "bucket_counts",
  owner: "service",
  key: ["service_sid", "bucket_sid", "value_hash"],
  columns: ["service_sid", "bucket_sid", "value_hash", "opened_at", "used", "ends_at"],
  erased: { column: "ends_at", below: ({ now }) => now },
  person: {
    as: "rate_limit_values",
    // What else was counted, nobody can tell whose it is.
    rows: ({ recipient, limits, hashesOf }) =>
      limits.flatMap(([serviceSid, uniqueName]) =>
        hashesOf(countedText(serviceSid, uniqueName, recipient)).map((hash) => ({
          where: "service_sid = $1 AND value_hash = $2",
          values: [serviceSid, hash],
        })),
      ),
  },
};

export type RateLimitStore = ReturnType<typeof rateLimitStore>;
export type BucketStore = ReturnType<typeof bucketStore>;

export function rateLimitStore(sql: Sql, onChange: OnChange) {
  return resourceStore(sql, rateLimits, onChange, {
    max: rateLimitsMax,
    unique: "uniqueName",
    *cascade({ serviceSid, sid }) {
      const own = "service_sid = $1 AND rate_limit_sid = $2";
      yield* run(
        `DELETE FROM bucket_counts
         WHERE service_sid = $1 AND bucket_sid IN (SELECT sid FROM buckets WHERE ${own})`,
        [serviceSid, sid],
      );
      yield* run(`DELETE FROM buckets WHERE ${own}`, [serviceSid, sid]);
    },
  });
}

export function bucketStore(sql: Sql, onChange: OnChange) {
  return resourceStore(sql, buckets, onChange, {
    parent: ({ serviceSid, rateLimitSid }) => ({ table: "rate_limits", is: { serviceSid, sid: rateLimitSid } }),
    siblings: ({ serviceSid, rateLimitSid }) => ({ serviceSid, rateLimitSid }),
    max: bucketsMax,
    unique: "intervalSeconds",
    *cascade({ serviceSid, sid }) {
      yield* run("DELETE FROM bucket_counts WHERE service_sid = $1 AND bucket_sid = $2", [serviceSid, sid]);
    },
    // An open window stays open, and ends by the new interval.
    *changed({ serviceSid, sid, intervalSeconds }) {
      yield* run("UPDATE bucket_counts SET ends_at = opened_at + $3 WHERE service_sid = $1 AND bucket_sid = $2", [
        ...[serviceSid, sid, intervalSeconds * 1000],
      ]);
    },
  });
}
