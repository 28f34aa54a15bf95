import { type HighCostRange, highCostRange, highCostRanges } from "../kernel/carrier-lookup.ts";
import type { RequestLimit } from "../kernel/limits.ts";
import type { PhoneRecipient, Recipient } from "../kernel/recipient.ts";
import {
  type CountChange,
  type Counter,
  clientKey,
  counterOf,
  type GuardNames,
  type GuardState,
  type KnownRecipient,
  type PrefixBlock,
} from "./counts.ts";
import {
  judgePrefixes,
  knownSince,
  noteOf,
  type PrefixState,
  type PumpingRules,
  prefixCounters,
  prefixesOf,
  trickle,
  trickleCounters,
} from "./pumping.ts";

/** What keeps sends within bounds. */
export interface GuardPolicy {
  /** Of sends to one recipient by all services of an account, of all its sends, and of those one client asks for. */
  limits: { [By in LimitedBy]?: readonly RequestLimit[] };
  /** Whether number prefixes are throttled whose starts far outrun their approvals. */
  blocksPumping: boolean;
  /** By other rules than the service's, as a replay that compares them does. */
  pumpingRules?: PumpingRules;
  /** Whether what traffic alone is the reason for is judged, told and counted, and not refused. */
  isObserving: boolean;
  /** Beginnings of numbers that are never throttled, whatever their prefix or country. */
  safePrefixes: readonly string[];
  /** What the numbers pass that accounts put on their own safe lists; `all` are the countries and the ranges as well. */
  safeNumbers: "guard" | "all" | "off";
  /** Countries by two letters: only these or, if they are refused, all but these. */
  countries: { codes: readonly string[]; areRefused: boolean };
  /** Ranges at a high cost that are sent to all the same. */
  highCost: readonly HighCostRange[];
}

type LimitedBy = "recipient" | "account" | "client";

/** Why a send is refused. */
export type BlockedSend =
  | { by: LimitedBy; retryAfterSeconds: number }
  | { by: "country" }
  /** With the note of its prefix when this send is what it was made for. */
  | { by: "prefix"; retryAfterSeconds: number; made: PrefixBlock | undefined };

/** A hash of a recipient that only whoever has the secret can make. */
type HashOf = (recipient: string) => string;

/** What one send is held against, at the time at which it was asked for. */
interface SendPlan {
  now: number;
  limits: SendLimit[];
  /** By its country, or by the range of its number. */
  isCountryRefused: boolean;
  /** None for a number on the safe list, nor for an e-mail address. */
  pumping: PumpingPlan | undefined;
  isObserving: boolean;
}

interface PumpingPlan {
  prefixes: { prefix: string; counters: ReturnType<typeof prefixCounters> }[];
  /** Of what suspected prefixes of the number's country share. */
  shared: ReturnType<typeof trickleCounters>;
  recipientHash: string;
  rules: PumpingRules | undefined;
}

/**
 * One limit, whose window slides in steps: counted are the step that holds and as many before it as a window has. So in no
 * time of a window's length is there more than the maximum, and what was sent is forgotten a step after that at the latest.
 */
interface SendLimit {
  by: LimitedBy;
  /** The step that holds, and those before it, the latest first. */
  counters: Counter[];
  max: number;
  opensAt: number;
  stepMs: number;
}

const stepsEach = 12;

/** Whether it ever refuses anything. */
export function isGuarding({ limits, blocksPumping, countries, highCost }: GuardPolicy): boolean {
  if (highCost.length < highCostRanges.length) return true;
  const { codes, areRefused } = countries;
  return blocksPumping || !areRefused || codes.length > 0 || Object.values(limits).some((each) => each.length > 0);
}

/** @param client the address of the person's device, if the caller told it */
export function planSend(
  policy: GuardPolicy,
  recipient: Recipient,
  client: string | undefined,
  now: number,
  hashOf: HashOf,
): SendPlan {
  const { isObserving } = policy;
  const pumping = pumpingPlan(policy, recipient, now, hashOf);
  const hash = pumping?.recipientHash ?? (policy.limits.recipient?.length ? hashOf(recipient.value) : "");
  const limits = [
    ...limitsBy(policy, "recipient", hash, now),
    ...accountLimits(policy, now),
    ...(client !== undefined && policy.limits.client?.length ? limitsBy(policy, "client", clientKey(client), now) : []),
  ];
  return { now, limits, isCountryRefused: refusesCountry(policy, recipient), pumping, isObserving };
}

/** The limits on all sends of an account, in the order of the policy. */
export function accountLimits(policy: GuardPolicy, now: number): SendLimit[] {
  return limitsBy(policy, "account", "", now);
}

function limitsBy(policy: GuardPolicy, by: LimitedBy, subject: string, now: number): SendLimit[] {
  return (policy.limits[by] ?? []).map(({ requestsMax: max, seconds }) => {
    const stepMs = Math.ceil((seconds * 1000) / stepsEach);
    const opensAt = now - (now % stepMs);
    const counters = Array.from({ length: stepsEach + 1 }, (_, index) =>
      counterOf(opensAt - index * stepMs, `${by} ${seconds} ${subject}`),
    );
    return { by, counters, max, opensAt, stepMs };
  });
}

function pumpingPlan(policy: GuardPolicy, recipient: Recipient, now: number, hashOf: HashOf): PumpingPlan | undefined {
  if (!policy.blocksPumping || recipient.kind !== "phone" || isSafe(policy, recipient)) return undefined;
  return {
    prefixes: prefixesOf(recipient).map((prefix) => ({ prefix, counters: prefixCounters(prefix, now) })),
    shared: trickleCounters(recipient.country ?? `+${recipient.callingCode}`, now),
    recipientHash: hashOf(recipient.value),
    rules: policy.pumpingRules,
  };
}

/** What is known of a send only when it is decided on. */
interface SendKind {
  /** Whether it begins a verification. A prefix counts those, and a re-send is never held against it. */
  isNew: boolean;
  /** Whether the caller wants its prefix not looked at. What the operator does not send to is his alone. */
  isUnchecked: boolean;
}

/** What has to be known to judge a send. */
export function namesOf({ limits, pumping }: SendPlan): GuardNames {
  const counters = limits.flatMap(({ counters: ofLimit }) => ofLimit);
  if (!pumping) return { counters, prefixes: [], recipients: [], safe: [] };
  const { prefixes, shared, recipientHash } = pumping;
  counters.push(...prefixes.flatMap(({ counters: ofPrefix }) => ofPrefix), ...shared);
  return { counters, prefixes: prefixes.map(({ prefix }) => prefix), recipients: [recipientHash], safe: [] };
}

export function judgeSend(plan: SendPlan, state: GuardState, kind: SendKind): BlockedSend | undefined {
  if (plan.isCountryRefused) return { by: "country" };
  return judgePrefix(plan, state, kind) ?? judgeLimits(plan, state);
}

function judgePrefix({ now, pumping }: SendPlan, state: GuardState, kind: SendKind): BlockedSend | undefined {
  if (!pumping || kind.isUnchecked || !kind.isNew || isKnown(pumping, state, now)) return undefined;
  const judged = judgePrefixes(prefixStates(pumping, state), pumping.rules);
  if (!("suspect" in judged)) return undefined;
  const { waitSeconds } = sharedTrickle(pumping, judged.suspect, state, now);
  if (waitSeconds === 0) return undefined;
  return { by: "prefix", retryAfterSeconds: waitSeconds, made: noteOf(judged.suspect, judged.openDigits, now) };
}

/** Whom the account has approved lately is no stranger, whatever comes to his neighbours. */
function isKnown({ recipientHash }: PumpingPlan, { approvedAt }: GuardState, now: number): boolean {
  return (approvedAt(recipientHash) ?? Number.NEGATIVE_INFINITY) >= knownSince(now);
}

function sharedTrickle({ shared, rules }: PumpingPlan, suspect: PrefixState, { count }: GuardState, now: number) {
  return trickle(suspect, { current: count(shared[0]), former: count(shared[1]) }, now, rules);
}

/** Whether it makes a difference that an account has the number of a send on its safe list. */
export function isLiftable({ safeNumbers }: GuardPolicy, { pumping, isCountryRefused }: SendPlan): boolean {
  return safeNumbers === "all" ? pumping !== undefined || isCountryRefused : safeNumbers === "guard" && !!pumping;
}

/** The same send to a number that the account has on its safe list: it counts for no prefix either. */
export function lifted({ safeNumbers }: GuardPolicy, plan: SendPlan): SendPlan {
  return { ...plan, pumping: undefined, isCountryRefused: plan.isCountryRefused && safeNumbers !== "all" };
}

/** The longest wait is the one that helps. */
function judgeLimits({ now, limits }: SendPlan, state: GuardState): BlockedSend | undefined {
  const full = limits.map((limit) => ({ by: limit.by, endsAt: fullUntil(limit, state) }));
  const [last] = full.filter(({ endsAt }) => endsAt > now).sort((a, b) => b.endsAt - a.endsAt);
  return last && { by: last.by, retryAfterSeconds: Math.max(1, Math.ceil((last.endsAt - now) / 1000)) };
}

/** When so many of the earliest sends are forgotten that there is room for one more; 0 where there is. */
function fullUntil({ counters, max, opensAt, stepMs }: SendLimit, { count }: GuardState): number {
  let used = 0;
  // The step in which the last send that is allowed was made.
  const index = counters.findIndex((counter) => {
    used += count(counter).used;
    return used >= max;
  });
  return index < 0 ? 0 : opensAt + (counters.length - index) * stepMs;
}

/** What a send that is made counts for. Nothing that is only observed is bounded. */
export function sendCounts(plan: SendPlan, state: GuardState, { isNew, isUnchecked }: SendKind): CountChange[] {
  const { now, limits, pumping, isObserving } = plan;
  const changes: CountChange[] = limits.map(({ counters: [current = "", ...former], max }) => {
    const usedBefore = former.reduce((sum, counter) => sum + state.count(counter).used, 0);
    return { counter: current, used: 1, approved: 0, max: isObserving ? null : max - usedBefore };
  });
  if (pumping && isNew && !isUnchecked) changes.push(...pumpingCounts(pumping, state, now));
  return changes;
}

/** A start counts for its prefixes or, where one of them is suspected, for what these share. */
function pumpingCounts(pumping: PumpingPlan, state: GuardState, now: number): CountChange[] {
  const { prefixes, shared } = pumping;
  const counted = (maxima: (number | null)[]) =>
    prefixes.map(({ counters }, index) => ({ counter: counters[0], used: 1, approved: 0, max: maxima[index] ?? null }));
  if (isKnown(pumping, state, now)) return counted([]);
  const judged = judgePrefixes(prefixStates(pumping, state), pumping.rules);
  if (!("suspect" in judged)) return counted(judged.maxima);
  const { max, waitSeconds } = sharedTrickle(pumping, judged.suspect, state, now);
  return waitSeconds === 0 ? [{ counter: shared[0], used: 1, approved: 0, max }] : [];
}

/**
 * What follows from an approval: it counts for the prefixes of its recipient, as the start did, who is known from now on.
 * @param isSafe whether the start passed since its number was on the account's safe list
 */
export function approvalCounts(
  policy: GuardPolicy,
  recipient: Recipient,
  now: number,
  hashOf: HashOf,
  isSafe = false,
): { counts: CountChange[]; known: KnownRecipient[] } {
  const plan = pumpingPlan(policy, recipient, now, hashOf);
  if (!plan) return { counts: [], known: [] };
  return {
    counts: (isSafe ? [] : plan.prefixes).map(({ counters }) => ({
      counter: counters[0],
      used: 0,
      approved: 1,
      max: null,
    })),
    known: [{ recipientHash: plan.recipientHash, approvedAt: now }],
  };
}

function prefixStates({ prefixes }: PumpingPlan, { count, block }: GuardState): PrefixState[] {
  return prefixes.map(({ prefix, counters: [current, former] }) => {
    return { prefix, current: count(current), former: count(former), block: block(prefix) };
  });
}

function isSafe({ safePrefixes }: GuardPolicy, { value }: PhoneRecipient): boolean {
  return safePrefixes.some((prefix) => value.startsWith(prefix));
}

/** Whether nothing is sent to a number, whatever its traffic: by its country, or by its range. */
export function refusesCountry(policy: GuardPolicy, recipient: Recipient): boolean {
  return recipient.kind === "phone" && !isPermitted(policy, recipient) && !isSafe(policy, recipient);
}

/** What becomes of sends to a country, but for its numbers at a high cost. */
export function countryRule(policy: GuardPolicy, country: string, callingCode: string): CountryRule {
  const isWholeSafe = policy.safePrefixes.some((prefix) => `+${callingCode}`.startsWith(prefix));
  if (!isWholeSafe && !isListed(policy, country)) return "blocked";
  return policy.blocksPumping && !isWholeSafe ? "guarded" : "allowed";
}

export type CountryRule = "allowed" | "guarded" | "blocked";

function isListed({ countries: { codes, areRefused } }: GuardPolicy, country: string | null): boolean {
  return (country !== null && codes.includes(country)) !== areRefused;
}

function isPermitted(policy: GuardPolicy, recipient: PhoneRecipient): boolean {
  const { highCost } = policy;
  const { country } = recipient;
  const range = highCostRange(recipient);
  if (range && !highCost.includes(range)) return false;
  // Where a range is allowed by name, a list of countries is none of numbers that have no country.
  if (range && country === null) return true;
  return isListed(policy, country);
}
