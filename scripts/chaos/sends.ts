import { leaseSeconds, nextTryAt, triesMax, turnMsMax } from "../../apps/server/src/delivery/policy.ts";
import { type Fault, type History, type Kept, type KeptAttempt, type Post, recordsOf } from "./history.ts";
import type { Violation } from "./rules.ts";
import { type ServerTime, serverTimeOf } from "./server-time.ts";

/**
 * What came to the gateway, against the delivery policy: each message at least once, and again only after its wait when
 * the gateway refused it, or after its lease when a process died before it could record that the message was taken.
 */
export function sendViolations(history: History, kept: Kept | undefined): Violation[] {
  const time = serverTimeOf(history);
  const faults = faultsOf(history);
  const posts = groupBySid(recordsOf(history, "post"));
  const violations: Violation[] = [];
  const add = (text: string) => violations.push({ rule: "delivery", text });

  for (const [sid, tries] of posts) {
    if (tries.length > triesMax) add(`${sid} was sent ${tries.length} times`);
    for (const [index, post] of tries.entries()) {
      const before = tries[index - 1];
      const fault = before && repeatFault(before, post, index, time, faults);
      if (fault) add(`${sid} was sent again ${fault}`);
    }
  }
  if (!kept) return violations;

  const attempts = new Map(kept.attempts.map((attempt) => [attempt.sid, attempt]));
  const codes = new Map<string, string>();
  for (const [sid, [first]] of posts) {
    const attempt = attempts.get(sid);
    if (!first) continue;
    if (!attempt) add(`${sid} was sent, and is not in the Attempts log`);
    else if (attempt.to !== first.to) add(`${sid} went to ${first.to}, and is for ${attempt.to}`);
    else {
      const code = codes.get(attempt.verificationSid) ?? first.code;
      codes.set(attempt.verificationSid, code);
      if (code !== first.code) add(`${attempt.verificationSid} was sent with two codes`);
    }
  }
  const shown = latestShown(history, time);
  const isPointless = pointlessIn(kept, attempts);
  for (const attempt of kept.attempts) {
    const { sid, status, expiresAt } = attempt;
    const last = posts.get(sid)?.at(-1);
    // Its code may have been worthless before it could be sent, or before it was recorded that it was taken.
    const isExpired = expiresAt <= shown && status === "failed";
    const isGivenUp = isPointless(attempt);
    if (!last && !isExpired && !isGivenUp) add(`${sid} was never sent; the Attempts log says ${status}`);
    const isForgotten = isGivenUp && last && isInterrupted(last.at, faults);
    if (last?.answer === "taken" && status !== "sent" && !isExpired && !isForgotten)
      add(`${sid} was taken, and the Attempts log says ${status}`);
  }
  if (kept.waiting > 0) add(`${kept.waiting} messages wait in the outbox in the end`);
  return violations;
}

/** Whether a message was given up for what is true: its verification ended so, or was sent again by the same channel. */
function pointlessIn(kept: Kept, attempts: ReadonlyMap<string, KeptAttempt>) {
  const verifications = new Map(kept.verifications.map((verification) => [verification.sid, verification]));
  return ({ sid, verificationSid, channel, status, errorCode }: KeptAttempt): boolean => {
    const verification = verifications.get(verificationSid);
    if (!verification || status !== "failed") return false;
    if (errorCode !== "superseded") return errorCode === verification.status;
    const later = verification.attempts.slice(verification.attempts.indexOf(sid) + 1);
    return later.some((each) => attempts.get(each)?.channel === channel);
  };
}

/** Whether a process died before it can be sure that what became of a message, posted at that moment, was recorded. */
function isInterrupted(at: number, faults: Faults): boolean {
  const recordedAt = recordedBy(at, faults);
  return faults.deaths.some(({ from, until }) => until >= at && from <= recordedAt);
}

/** Why a message should not have been sent for another time. */
function repeatFault(before: Post, post: Post, triesBefore: number, time: ServerTime, faults: Faults) {
  const waited = waitedBetween(before.at, post.at, time);
  const isUnsure = isInterrupted(before.at, faults);
  if (isUnsure && waited >= leaseSeconds * 1000 - turnMsMax) return undefined;
  if (before.answer === "taken") {
    const why = isUnsure ? "before its lease ended" : "although no process had died";
    return `${waited} ms after it was taken, ${why}`;
  }
  const least = (nextTryAt({ tries: triesBefore, expiresAt: Number.POSITIVE_INFINITY }, 0, 0) ?? 0) - clockErrorMs;
  return waited >= least ? undefined : `${waited} ms after try ${triesBefore}, before the ${least} ms of the policy`;
}

/** Within so long a process has recorded what became of a message, also on a busy machine. */
const recordMs = 3_000;
/** The two clocks tick apart, and the gateway notes a post a little after it was sent. */
const clockErrorMs = 250;

/** By the server's clock. When it steps near a post, the most that can have passed: the message was claimed before. */
function waitedBetween(before: number, post: number, time: ServerTime): number {
  const begun = time.during(before - recordMs, before);
  const passed = time.during(before - recordMs, post);
  const isSteady = passed.until - passed.from === post - before + recordMs;
  return isSteady ? post - before : passed.until - begun.from;
}

interface Faults {
  /** After which nobody knows any more what had become of messages. A step of the clock ends leases, too. */
  deaths: { from: number; until: number }[];
  /** During which nothing can be recorded. */
  outages: Fault[];
}

function faultsOf(history: History): Faults {
  const faults = recordsOf(history, "fault");
  const steps = recordsOf(history, "clock").map(({ at }) => ({ from: at, until: at }));
  return {
    deaths: [...faults.filter(({ isDeath }) => isDeath), ...steps],
    outages: faults.filter(({ isDeath }) => !isDeath).sort((a, b) => a.from - b.from),
  };
}

/** When, at the latest, it was on disk what became of a message that was posted at that moment. */
function recordedBy(at: number, { outages }: Faults): number {
  return outages.reduce(
    (latest, { from, until }) => (from <= latest && until >= at ? Math.max(latest, until + recordMs) : latest),
    at + recordMs,
  );
}

/** The latest time that the server's clock showed to anybody. */
function latestShown(history: History, time: ServerTime): number {
  const moments = history.map((record) => ("end" in record ? record.end : "at" in record ? record.at : 0));
  // A history can have more records than a call can have arguments.
  const latest = moments.reduce((most, moment) => Math.max(most, moment), 0);
  return time.during(0, latest).until;
}

function groupBySid(posts: readonly Post[]): Map<string, Post[]> {
  const groups = new Map<string, Post[]>();
  for (const post of posts) groups.set(post.attemptSid, [...(groups.get(post.attemptSid) ?? []), post]);
  return groups;
}
