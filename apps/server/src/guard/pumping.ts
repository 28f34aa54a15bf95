import type { PhoneRecipient } from "../kernel/recipient.ts";
import { type Count, type Counter, counterOf, type PrefixBlock, windowAt } from "./counts.ts";

/**
 * The guard against SMS pumping: starts to numbers that somebody is paid for, and that hardly any approval follows. What a
 * stranger can have it do must not cost honest people more than it costs him, so a prefix that it suspects is throttled, and
 * never shut. The numbers come from the replay in `scripts/bench/pumping.ts`; the operator's guide says what they mean.
 */
export const pumpingRules = {
  /**
   * Ranges of numbers, by how many of the last digits are open: how many starts each may have beyond those that approvals
   * make up for, and how many an approval makes up for. Ten thousand numbers are the smallest range that is leased, and few
   * of an honest service's people are in one. Ten million catch what is spread over a network; they are judged harder, since
   * that touches nobody whose ten thousand have earned starts.
   */
  ranges: [
    { openDigits: 4, unapprovedMax: 4, startsPerApproval: 5, shareOfYesterday: 0.5 },
    { openDigits: 7, unapprovedMax: 40, startsPerApproval: 2, shareOfYesterday: 0 },
  ],
  /** What the day before has left over counts too, where one in three starts or more was approved. */
  startsPerApprovalYesterday: 3,
  /** Starts an hour to suspected prefixes of one country, by people whom the account does not know: at least so many… */
  trickleMin: 6,
  /** …and twice what the prefix has approvals an hour. */
  tricklePerApproval: 2,
};

export type PumpingRules = typeof pumpingRules;

const daySeconds = 86_400;
const hourSeconds = 3600;
/** For so long a prefix that is suspected makes no new note. */
const noteSeconds = 12 * hourSeconds;
const rememberedSeconds = 7 * daySeconds;
/** For so long a recipient whom an account has approved is known to it. */
const knownSeconds = 30 * daySeconds;

/** The prefixes that a number is counted under, the longest first: at least a digit more than its calling code. */
export function prefixesOf({ value, callingCode }: Pick<PhoneRecipient, "value" | "callingCode">): string[] {
  const lengthMin = callingCode.length + 2;
  const prefixes = pumpingRules.ranges.map(({ openDigits }) =>
    value.slice(0, Math.max(lengthMin, value.length - openDigits)),
  );
  return [...new Set(prefixes)];
}

type Window = [current: Counter, former: Counter];

function windowOf(name: string, seconds: number, now: number): Window {
  const opensAt = windowAt(now, seconds);
  return [counterOf(opensAt, name), counterOf(opensAt - seconds * 1000, name)];
}

/** The counters of a prefix: of the day that holds, and of the one before it. */
export const prefixCounters = (prefix: string, now: number): Window => windowOf(`prefix ${prefix}`, daySeconds, now);

/** Those of what a country's suspected prefixes share: of the hour that holds, and of the one before it. */
export const trickleCounters = (country: string, now: number): Window =>
  windowOf(`trickle ${country}`, hourSeconds, now);

/** What is known of a prefix: what was counted in the day that holds and in the one before, and its latest note. */
export interface PrefixState {
  prefix: string;
  current: Count;
  former: Count;
  block: PrefixBlock | undefined;
}

/**
 * How many starts more a prefix has earned by approvals, and how many it may have.
 * @param index where the prefix stands in `prefixesOf`
 */
export function startsLeft(
  { current, former }: Pick<PrefixState, "current" | "former">,
  index: number,
  rules: PumpingRules = pumpingRules,
) {
  const range = (rules.ranges[index] ?? rules.ranges[0]) as PumpingRules["ranges"][number];
  const yesterday = Math.max(0, rules.startsPerApprovalYesterday * former.approved - former.used);
  const today = range.startsPerApproval * current.approved - current.used;
  // Else what was used up would be there again at midnight.
  const both = today + range.startsPerApproval * former.approved - former.used;
  const earned = Math.min(today + Math.floor(range.shareOfYesterday * yesterday), both);
  return { earned, left: earned + range.unapprovedMax };
}

/** How many starts a prefix that was noted has left: the throttle holds where there are none. */
export function startsLeftTo(note: Pick<PrefixBlock, "openDigits"> & Pick<PrefixState, "current" | "former">): number {
  const index = pumpingRules.ranges.findIndex(({ openDigits }) => openDigits === note.openDigits);
  return startsLeft(note, index).left;
}

/**
 * How many starts the counter of each prefix may come to if one more is let through; null where nothing bounds it.
 * @param prefixes in the order of `prefixesOf`
 * @returns else the first prefix that has none left
 */
export function judgePrefixes(
  prefixes: readonly PrefixState[],
  rules: PumpingRules = pumpingRules,
): { maxima: (number | null)[] } | { suspect: PrefixState; openDigits: number } {
  const lefts = prefixes.map((each, index) => startsLeft(each, index, rules));
  const [narrow, ...wide] = lefts;
  const wideSuspect = wide.findIndex(({ left }) => left <= 0) + 1;
  // A wide prefix is suspected for what came to others: whoever's own has earned starts passes by them.
  const bound = wideSuspect > 0 ? narrow?.earned : narrow?.left;
  if (bound === undefined) return { maxima: [] };
  const suspected = narrow && narrow.left <= 0 ? 0 : wideSuspect;
  const suspect = bound <= 0 ? prefixes[suspected] : undefined;
  if (suspect) return { suspect, openDigits: rules.ranges[suspected]?.openDigits ?? 0 };
  return {
    maxima: prefixes.map(({ current }, index) => {
      const left = index === 0 ? bound : (lefts[index]?.left ?? 0);
      return left > 0 ? current.used + left : null;
    }),
  };
}

/**
 * What a suspected prefix still lets through: all such prefixes of a country share it. The hour slides: of the one before
 * counts what is not yet an hour ago, if its starts came evenly.
 * @returns how many the hour's counter may come to, and when there is room for one more
 */
export function trickle(
  { current, former }: PrefixState,
  shared: { current: Count; former: Count },
  now: number,
  { trickleMin, tricklePerApproval }: PumpingRules = pumpingRules,
): { max: number; waitSeconds: number } {
  const hourMs = hourSeconds * 1000;
  const dayMs = daySeconds * 1000;
  const approvals = current.approved + former.approved;
  const anHour = Math.max(trickleMin, (tricklePerApproval * approvals * hourMs) / (dayMs + (now % dayMs)));
  const passedMs = now % hourMs;
  const max = Math.floor(anHour - shared.former.used * (1 - passedMs / hourMs) + epsilon);
  const { used } = shared.current;
  if (used < max) return { max, waitSeconds: 0 };
  /** When there is room for one after so many, of the hour that follows one with so many. */
  const roomAt = (after: number, before: number) => hourMs * Math.max(0, 1 - (anHour - after - 1) / before);
  const at = used + 1 <= anHour ? roomAt(used, shared.former.used) : hourMs + roomAt(0, used);
  return { max, waitSeconds: Math.max(1, Math.ceil(Math.round(at - passedMs) / 1000)) };
}

/** Parts of an hour are not exact. */
const epsilon = 1e-9;

/** The note of a prefix that is suspected from now on; nothing while there is one. */
export function noteOf(state: PrefixState, openDigits: number, now: number): PrefixBlock | undefined {
  const { prefix, current, former, block } = state;
  if (block && now < block.blockedUntil) return undefined;
  return {
    prefix,
    openDigits,
    blockedAt: now,
    blockedUntil: now + noteSeconds * 1000,
    times: (block?.times ?? 0) + 1,
    starts: current.used + former.used + 1,
    approvals: current.approved + former.approved,
  };
}

/** Notes that ended before are forgotten. */
export function forgottenBefore(now: number): number {
  return now - rememberedSeconds * 1000;
}

/** Recipients who were approved before are no longer known. */
export function knownSince(now: number): number {
  return now - knownSeconds * 1000;
}
