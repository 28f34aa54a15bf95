import type { PhoneRecipient } from "../kernel/recipient.ts";
import { type Count, type Counter, counterOf, type PrefixBlock, windowAt } from "./counts.ts";

/**
 * The guard against SMS pumping: starts to numbers that somebody is paid for, and that hardly any approval follows.
 * The numbers below come from the replay in `scripts/bench/pumping.ts`; the operator's guide says what they mean.
 */
const rules = {
  /**
   * Ranges of numbers, by how many of the last digits are open, and how far starts may outrun approvals in each. Ten
   * thousand numbers are the smallest range that is leased, and few of an honest service's people are in one; ten
   * million catch what is spread over a network.
   */
  ranges: [
    { openDigits: 4, unapprovedMax: 8 },
    { openDigits: 7, unapprovedMax: 100 },
  ],
  /** So many starts one approval makes up for: 1 in 4 is worse than any honest country. */
  startsPerApproval: 4,
  /** Counted are the window that holds and the one before it: the last six to twelve hours. */
  windowSeconds: 6 * 3600,
  blockSeconds: 12 * 3600,
  /** How far they may after the first block, and after any later one, for as long as it is remembered. */
  unapprovedMaxAgain: [2, 1],
  rememberedSeconds: 7 * 86_400,
} as const;

/** The prefixes that a number is counted under, the longest first: at least a digit more than its calling code. */
export function prefixesOf({ value, callingCode }: Pick<PhoneRecipient, "value" | "callingCode">): string[] {
  const lengthMin = callingCode.length + 2;
  const prefixes = rules.ranges.map(({ openDigits }) => value.slice(0, Math.max(lengthMin, value.length - openDigits)));
  return [...new Set(prefixes)];
}

/** The counters of a prefix: of the window that holds, and of the one before it. */
export function prefixCounters(prefix: string, now: number): [current: Counter, former: Counter] {
  const opensAt = windowAt(now, rules.windowSeconds);
  const name = `prefix ${prefix}`;
  return [counterOf(opensAt, name), counterOf(opensAt - rules.windowSeconds * 1000, name)];
}

/** What is known of a prefix: what was counted in the window that holds and in the one before, and its latest block. */
export interface PrefixState {
  prefix: string;
  current: Count;
  former: Count;
  block: PrefixBlock | undefined;
}

/**
 * How many starts the window that holds may come to, by the approvals so far.
 * @param index where the prefix stands in `prefixesOf`
 */
export function startsMax({ current, former, block }: PrefixState, index: number): number {
  const { ranges, startsPerApproval, unapprovedMaxAgain: again } = rules;
  const first = (ranges[index] ?? ranges[0]).unapprovedMax;
  const unapprovedMax = block ? (again[Math.min(block.times, again.length) - 1] ?? first) : first;
  return unapprovedMax + (current.approved + former.approved) * startsPerApproval - former.used;
}

/**
 * Whether one start more to a number is too much for one of its prefixes.
 * @param prefixes in the order of `prefixesOf`
 * @returns the block that is to be made, or nothing
 */
export function judgePrefixes(prefixes: readonly PrefixState[], now: number): PrefixBlock | undefined {
  const state = prefixes.find((each, index) => each.current.used >= startsMax(each, index));
  if (!state) return undefined;
  const { prefix, current, former, block } = state;
  return {
    prefix,
    blockedAt: now,
    blockedUntil: now + rules.blockSeconds * 1000,
    times: (block?.times ?? 0) + 1,
    starts: current.used + former.used + 1,
    approvals: current.approved + former.approved,
  };
}

/** Blocks that ended before are forgotten. */
export function forgottenBefore(now: number): number {
  return now - rules.rememberedSeconds * 1000;
}
