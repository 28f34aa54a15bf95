import { type HighCostRange, highCostRange, highCostRanges } from "../kernel/carrier-lookup.ts";
import type { RequestLimit } from "../kernel/limits.ts";
import type { PhoneRecipient, Recipient } from "../kernel/recipient.ts";
import { type CountChange, type Counter, clientKey, counterOf, type GuardState, type PrefixBlock } from "./counts.ts";
import { judgePrefixes, type PrefixState, prefixCounters, prefixesOf, startsMax } from "./pumping.ts";

/** What keeps sends within bounds. */
export interface GuardPolicy {
  /** Of sends to one recipient by all services of an account, of all its sends, and of those one client asks for. */
  limits: { [By in LimitedBy]?: readonly RequestLimit[] };
  /** Whether number prefixes are blocked whose starts far outrun their approvals. */
  blocksPumping: boolean;
  /** Beginnings of numbers that are never blocked, whatever their prefix or country. */
  safePrefixes: readonly string[];
  /** Countries by two letters: only these or, if they are refused, all but these. */
  countries: { codes: readonly string[]; areRefused: boolean };
  /** Ranges at a high cost that are sent to all the same; none where it is not said. */
  highCost?: readonly HighCostRange[];
}

type LimitedBy = "recipient" | "account" | "client";

/** Why a send is refused. */
export type BlockedSend =
  | { by: LimitedBy; retryAfterSeconds: number }
  | { by: "country" }
  /** With the block when this send is what it was made for. */
  | { by: "prefix"; made: PrefixBlock | undefined };

/** What one send is held against, at the time at which it was asked for. */
interface SendPlan {
  now: number;
  limits: SendLimit[];
  /** By its country, or by the range of its number. */
  isCountryRefused: boolean;
  /** None for a number on the safe list, nor for an e-mail address. */
  prefixes: { prefix: string; counters: ReturnType<typeof prefixCounters> }[];
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
export function isGuarding({ limits, blocksPumping, countries, highCost = [] }: GuardPolicy): boolean {
  if (highCost.length < highCostRanges.length) return true;
  const { codes, areRefused } = countries;
  return blocksPumping || !areRefused || codes.length > 0 || Object.values(limits).some((each) => each.length > 0);
}

/** @param client the address of the person's device, if the caller told it */
export function planSend(policy: GuardPolicy, recipient: Recipient, client: string | undefined, now: number): SendPlan {
  const plan: SendPlan = { now, limits: [], isCountryRefused: false, prefixes: prefixPlan(policy, recipient, now) };
  addLimits(plan, policy, "recipient", recipient.value);
  addLimits(plan, policy, "account", "");
  if (client !== undefined && policy.limits.client?.length) addLimits(plan, policy, "client", clientKey(client));
  if (recipient.kind === "phone") {
    plan.isCountryRefused = !isPermitted(policy, recipient) && !isSafe(policy, recipient);
  }
  return plan;
}

function addLimits({ now, limits }: SendPlan, policy: GuardPolicy, by: LimitedBy, subject: string): void {
  for (const { requestsMax: max, seconds } of policy.limits[by] ?? []) {
    const stepMs = Math.ceil((seconds * 1000) / stepsEach);
    const opensAt = now - (now % stepMs);
    const counters = Array.from({ length: stepsEach + 1 }, (_, index) =>
      counterOf(opensAt - index * stepMs, `${by} ${seconds} ${subject}`),
    );
    limits.push({ by, counters, max, opensAt, stepMs });
  }
}

function prefixPlan(policy: GuardPolicy, recipient: Recipient, now: number): SendPlan["prefixes"] {
  if (!policy.blocksPumping || recipient.kind !== "phone" || isSafe(policy, recipient)) return [];
  return prefixesOf(recipient).map((prefix) => ({ prefix, counters: prefixCounters(prefix, now) }));
}

/** What is known of a send only when it is decided on. */
interface SendKind {
  /** Whether it begins a verification. A prefix counts those, so a re-send neither adds to it nor has it blocked. */
  isNew: boolean;
  /** Whether the caller wants its prefix not looked at. What the operator does not send to is his alone. */
  isUnchecked: boolean;
}

/** What has to be known to judge a send. */
export function namesOf({ limits, prefixes }: SendPlan): { counters: Counter[]; prefixes: string[] } {
  const counters = limits.flatMap(({ counters: ofLimit }) => ofLimit);
  for (const { counters: ofPrefix } of prefixes) counters.push(...ofPrefix);
  return { counters, prefixes: prefixes.map(({ prefix }) => prefix) };
}

export function judgeSend(
  plan: SendPlan,
  state: GuardState,
  { isNew, isUnchecked }: SendKind,
): BlockedSend | undefined {
  if (plan.isCountryRefused) return { by: "country" };
  return (isUnchecked ? undefined : judgePrefix(plan, state, isNew)) ?? judgeLimits(plan, state);
}

function judgePrefix({ now, prefixes }: SendPlan, state: GuardState, isNew: boolean): BlockedSend | undefined {
  const isBlocked = prefixes.some(({ prefix }) => now < (state.block(prefix)?.blockedUntil ?? 0));
  if (isBlocked) return { by: "prefix", made: undefined };
  if (!isNew) return undefined;
  const made = judgePrefixes(
    prefixes.map((each) => prefixState(each, state)),
    now,
  );
  return made && { by: "prefix", made };
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

/** What a send that is made counts for. */
export function sendCounts(
  { limits, prefixes }: SendPlan,
  state: GuardState,
  { isNew, isUnchecked }: SendKind,
): CountChange[] {
  const changes: CountChange[] = limits.map(({ counters: [current = "", ...former], max }) => {
    const usedBefore = former.reduce((sum, counter) => sum + state.count(counter).used, 0);
    return { counter: current, used: 1, approved: 0, max: max - usedBefore };
  });
  if (!isNew || isUnchecked) return changes;
  for (const [index, each] of prefixes.entries()) {
    const max = startsMax(prefixState(each, state), index);
    changes.push({ counter: each.counters[0], used: 1, approved: 0, max });
  }
  return changes;
}

/** What an approval counts for. */
export function approvalCounts(policy: GuardPolicy, recipient: Recipient, now: number): CountChange[] {
  const plans = prefixPlan(policy, recipient, now);
  return plans.map(({ counters }) => ({ counter: counters[0], used: 0, approved: 1, max: null }));
}

function prefixState({ prefix, counters }: SendPlan["prefixes"][number], { count, block }: GuardState): PrefixState {
  return { prefix, current: count(counters[0]), former: count(counters[1]), block: block(prefix) };
}

function isSafe({ safePrefixes }: GuardPolicy, { value }: PhoneRecipient): boolean {
  return safePrefixes.some((prefix) => value.startsWith(prefix));
}

function isPermitted({ countries, highCost = [] }: GuardPolicy, recipient: PhoneRecipient): boolean {
  const { country } = recipient;
  const range = highCostRange(recipient);
  if (range && !highCost.includes(range)) return false;
  // Where a range is allowed by name, a list of countries is none of numbers that have no country.
  if (range && country === null) return true;
  return (country !== null && countries.codes.includes(country)) !== countries.areRefused;
}
