import { accepted, invalid, type Refusal, refused } from "../kernel/refusal.ts";
import type { Statement } from "../sql/text.ts";

/** A rate limit that a start names, and what it wants counted, as a keyed hash. */
export interface NamedLimit {
  uniqueName: string;
  valueHash: string;
}

/** How far a bucket is used up by one value. */
export interface BucketCount extends NamedLimit {
  serviceSid: string;
  bucketSid: string;
  max: number;
  intervalSeconds: number;
  /** When the window opened; one that has ended, or never opened, is opened by the next start. */
  openedAt: number;
  used: number;
}

/** The buckets of a limit with what they counted of its value; nothing for a limit that the service does not have. */
export type KnownLimits = (named: NamedLimit) => readonly BucketCount[] | undefined;

type Given = Readonly<Record<string, string | number | boolean>>;

const namesMax = 10;
const valueLengthMax = 256;

/** What the parameter `RateLimits` of a start names; nothing for none. */
export function namedLimits(vault: { hashValue(text: string): string }, serviceSid: string, given: Given = {}) {
  const values = Object.entries(given).map(([uniqueName, value]) => [uniqueName, String(value)] as const);
  const isFaulty = values.some(([, value]) => value.trim() === "" || value.length > valueLengthMax);
  if (isFaulty || values.length > namesMax) return invalid("RateLimits");
  return accepted(
    values.map(([uniqueName, value]): NamedLimit => {
      return { uniqueName, valueHash: vault.hashValue(countedText(serviceSid, uniqueName, value)) };
    }),
  );
}

/** What a counted value is a hash of. */
export function countedText(serviceSid: string, uniqueName: string, value: string | number | boolean): string {
  return JSON.stringify([serviceSid, uniqueName, value]);
}

export interface CountedStart {
  /** What is counted if the start is accepted: under every bucket, or under none. */
  counts: readonly BucketCount[];
  /** Which limits are used up by it, if any are. */
  headers: Readonly<Record<string, string>>;
}

/** Whether a start keeps within all of the limits that it names. */
export function judgeLimits(
  named: readonly NamedLimit[],
  known: KnownLimits,
  now: number,
): ({ ok: true } & CountedStart) | { ok: false; refusal: Refusal<60200 | 20429> } {
  if (named.length === 0) return unlimited;
  const unknown = named.find((limit) => !known(limit));
  if (unknown) return invalid("RateLimits", { rate_limit: unknown.uniqueName });
  const open = named.flatMap((limit) => known(limit) ?? []).map((count) => inWindow(count, now));
  const full = open.filter(({ used, max }) => used >= max).sort((a, b) => endOf(b) - endOf(a));
  const [last] = full;
  if (last) return refusedBy(last, namesOf(full), now);
  const counts = open.map((count) => ({ ...count, used: count.used + 1 }));
  const reached = counts.filter(({ used, max }) => used >= max);
  return { ok: true, counts, headers: reached.length > 0 ? { [reachedHeader]: namesOf(reached) } : {} };
}

const unlimited = { ok: true, counts: [], headers: {} } as const satisfies { ok: true } & Readonly<CountedStart>;

const reachedHeader = "Twilio-Reached-Rate-Limit";

function refusedBy(count: BucketCount, reached: string, now: number) {
  const { uniqueName, bucketSid, max, intervalSeconds } = count;
  return refused(20429, {
    retryAfterSeconds: Math.min(intervalSeconds, Math.max(1, Math.ceil((endOf(count) - now) / 1000))),
    headers: { [reachedHeader]: reached },
    details: { rate_limit: uniqueName, bucket: bucketSid, max, interval: intervalSeconds },
  });
}

const endOf = ({ openedAt, intervalSeconds }: BucketCount): number => openedAt + intervalSeconds * 1000;

function inWindow(count: BucketCount, now: number): BucketCount {
  return now < endOf(count) ? count : { ...count, openedAt: now, used: 0 };
}

function namesOf(counts: readonly NamedLimit[]): string {
  return [...new Set(counts.map(({ uniqueName }) => uniqueName))].join(",");
}

/** What the commands of a batch name, each once. */
export function limitsNamed(
  commands: readonly { serviceSid: string; rateLimits?: readonly NamedLimit[] }[],
): LimitKey[] {
  const named = new Map<string, LimitKey>();
  for (const { serviceSid, rateLimits } of commands) {
    for (const limit of rateLimits ?? []) named.set(keyOf({ serviceSid, ...limit }), { serviceSid, ...limit });
  }
  return [...named.values()];
}

export type LimitKey = NamedLimit & { serviceSid: string };

const keyOf = ({ serviceSid, uniqueName, valueHash }: LimitKey): string => `${serviceSid} ${uniqueName} ${valueHash}`;

/** The statement that reads a limit with its buckets, and what they counted of the value. */
export function readLimit({ serviceSid, uniqueName, valueHash }: LimitKey): Statement {
  return {
    text: `SELECT b.sid, b.max, b.interval_seconds, c.opened_at, c.used FROM rate_limits AS l
      LEFT JOIN buckets AS b ON b.service_sid = l.service_sid AND b.rate_limit_sid = l.sid
      LEFT JOIN bucket_counts AS c
        ON c.service_sid = b.service_sid AND c.bucket_sid = b.sid AND c.value_hash = $3
      WHERE l.service_sid = $1 AND l.unique_name = $2`,
    values: [serviceSid, uniqueName, valueHash],
  };
}

type LimitRow = [sid: string | null, max: number, intervalSeconds: number, openedAt: number | null, used: number];

/** What a batch read of the limits that it names: the rows of `readLimit` for each. */
export type LimitSnapshot = readonly { key: LimitKey; rows: unknown[][] }[];

/** What is counted while a batch is decided: each decision sees what those before it counted. */
export function createLimitTally(read: LimitSnapshot) {
  const known = new Map<string, BucketCount[]>();
  const changed = new Map<string, BucketCount>();
  for (const { key, rows } of read) if (rows.length > 0) known.set(keyOf(key), countsOf(key, rows as LimitRow[]));
  return {
    knownTo:
      (serviceSid: string): KnownLimits =>
      (named) =>
        known.get(keyOf({ serviceSid, ...named })),
    add(counts: readonly BucketCount[]): void {
      for (const count of counts) {
        changed.set(`${keyOf(count)} ${count.bucketSid}`, count);
        const before = known.get(keyOf(count)) ?? [];
        known.set(
          keyOf(count),
          before.map((other) => (other.bucketSid === count.bucketSid ? count : other)),
        );
      }
    },
    changes: (): BucketCount[] => [...changed.values()],
  };
}

/** A limit without buckets has one row without a sid. */
function countsOf(key: LimitKey, rows: LimitRow[]): BucketCount[] {
  return rows.flatMap(([bucketSid, max, intervalSeconds, openedAt, used]) =>
    bucketSid === null ? [] : { ...key, bucketSid, max, intervalSeconds, openedAt: openedAt ?? 0, used: used ?? 0 },
  );
}

/** The statement that writes a count. Whoever decided had it locked. */
export function writeCount(count: BucketCount): Statement {
  const { serviceSid, bucketSid, valueHash, openedAt, used } = count;
  return {
    text: `INSERT INTO bucket_counts (service_sid, bucket_sid, value_hash, opened_at, used, ends_at)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (service_sid, bucket_sid, value_hash)
      DO UPDATE SET opened_at = excluded.opened_at, used = excluded.used, ends_at = excluded.ends_at`,
    values: [serviceSid, bucketSid, valueHash, openedAt, used, endOf(count)],
  };
}
