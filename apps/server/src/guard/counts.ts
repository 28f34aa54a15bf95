import ipaddr from "ipaddr.js";

/**
 * Names what is counted of an account, and before that when the window began in which it is counted, so that counters
 * stand in the order of their windows.
 */
export type Counter = string;

/** How often it happened, and for a number prefix how often an approval followed. */
export interface Count {
  used: number;
  approved: number;
}

/** What a decision adds to a counter. */
export interface CountChange extends Count {
  counter: Counter;
  /** What `used` may come to; null without a limit. */
  max: number | null;
}

/** The longest window of a counter. */
export const windowSecondsMax = 86_400;

/**
 * When the window that holds at `now` began. Windows lie on a grid, so that whoever counts names the same row without
 * reading it, and adds to it in one statement.
 */
export function windowAt(now: number, seconds: number): number {
  return now - (now % (seconds * 1000));
}

export function counterOf(opensAt: number, name: string): Counter {
  return `${String(opensAt).padStart(13, "0")} ${name}`;
}

/** Counters that stand before it are over, for any use. */
export function firstCounterNeeded(now: number): Counter {
  return counterOf(now - 2 * windowSecondsMax * 1000, "");
}

/**
 * What a client's address is counted under: an IPv4 address whole, also where it is written as IPv6; of an IPv6 address
 * its /64, all of which one client can use.
 * @param address IPv4 or IPv6, as the document's formats let it through
 */
export function clientKey(address: string): string {
  const parsed = ipaddr.process(address.split("%")[0] ?? address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}

/** A prefix of E.164 numbers that is not sent to, or was not lately. */
export interface PrefixBlock {
  prefix: string;
  blockedAt: number;
  blockedUntil: number;
  /** How often it was blocked, this time included. */
  times: number;
  /** What it was blocked for. */
  starts: number;
  approvals: number;
}

/** What was counted so far, and which prefixes were blocked. */
export interface GuardState {
  count(counter: Counter): Count;
  block(prefix: string): PrefixBlock | undefined;
}

/** The counters and prefixes of an account that a batch names. */
export interface GuardNames {
  counters: Set<Counter>;
  prefixes: Set<string>;
}

/** What of them was stored. */
export interface GuardSnapshot {
  counts: (Count & { accountSid: string; counter: Counter })[];
  blocks: (PrefixBlock & { accountSid: string })[];
}

/** What a batch adds to counters, each of which stands there once, and the blocks that it makes. */
export interface GuardChanges {
  counts: (CountChange & { accountSid: string })[];
  blocks: (PrefixBlock & { accountSid: string })[];
}

/** What the commands of a batch name, by account. */
export function guardNames(
  commands: readonly { accountSid: string; guard?: { counters: readonly Counter[]; prefixes: readonly string[] } }[],
): Map<string, GuardNames> {
  const byAccount = new Map<string, GuardNames>();
  for (const { accountSid, guard } of commands) {
    if (!guard) continue;
    const names = byAccount.get(accountSid) ?? { counters: new Set(), prefixes: new Set() };
    byAccount.set(accountSid, names);
    for (const counter of guard.counters) names.counters.add(counter);
    for (const prefix of guard.prefixes) names.prefixes.add(prefix);
  }
  return byAccount;
}

/** What is counted while a batch is decided: each decision sees what those before it added. */
export function createGuardTally(snapshot: GuardSnapshot = { counts: [], blocks: [] }) {
  const nameOf = (accountSid: string, name: string) => `${accountSid} ${name}`;
  /** With what was added. */
  const totals = new Map(snapshot.counts.map((count) => [nameOf(count.accountSid, count.counter), count as Count]));
  const blocks = new Map(
    snapshot.blocks.map((block) => [nameOf(block.accountSid, block.prefix), block as PrefixBlock]),
  );
  const added = new Map<string, GuardChanges["counts"][number]>();
  const made: GuardChanges["blocks"] = [];

  function count(accountSid: string, { counter, used, approved, max }: CountChange): void {
    const name = nameOf(accountSid, counter);
    const total = totals.get(name) ?? nothing;
    const since = added.get(name) ?? { ...nothing, max: null };
    totals.set(name, { used: total.used + used, approved: total.approved + approved });
    added.set(name, {
      accountSid,
      counter,
      used: since.used + used,
      approved: since.approved + approved,
      // A maximum is that of the latest start; an approval knows of none.
      max: used > 0 ? max : since.max,
    });
  }

  return {
    stateOf: (accountSid: string): GuardState => ({
      count: (counter) => totals.get(nameOf(accountSid, counter)) ?? nothing,
      block: (prefix) => blocks.get(nameOf(accountSid, prefix)),
    }),
    add(accountSid: string, decision: { counts?: readonly CountChange[]; blocks?: readonly PrefixBlock[] }): void {
      for (const change of decision.counts ?? []) count(accountSid, change);
      for (const block of decision.blocks ?? []) {
        blocks.set(nameOf(accountSid, block.prefix), block);
        made.push({ ...block, accountSid });
      }
    },
    changes: (): GuardChanges => ({ counts: [...added.values()], blocks: made }),
  };
}

const nothing: Count = { used: 0, approved: 0 };
