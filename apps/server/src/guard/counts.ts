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
  /** Whether later decisions take it for the proof that this one was made: then it is never counted ahead of it. */
  isProof?: boolean | undefined;
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

/** What a recipient is counted under, and known by, is a keyed hash of. */
export const guardedText = (recipient: string): string => `known ${recipient}`;

/** The note that a prefix of E.164 numbers came to be suspected. */
export interface PrefixBlock {
  prefix: string;
  /** How many of the last digits of its numbers it leaves open. */
  openDigits: number;
  blockedAt: number;
  blockedUntil: number;
  /** How often it was, this time included. */
  times: number;
  /** What it was suspected for. */
  starts: number;
  approvals: number;
}

/** When a recipient was last approved, under a keyed hash. */
export interface KnownRecipient {
  recipientHash: string;
  approvedAt: number;
}

/** What was counted so far, which prefixes came to be suspected, and whom the account has approved. */
export interface GuardState {
  count(counter: Counter): Count;
  block(prefix: string): PrefixBlock | undefined;
  approvedAt(recipientHash: string): number | undefined;
  /** Whether the account has a number on its safe list, by that list's hash. */
  isSafe(recipient: string): boolean;
}

/** Counters, prefixes and hashes of recipients that an account's decision has to know. */
export interface GuardNames {
  counters: readonly Counter[];
  prefixes: readonly string[];
  recipients: readonly string[];
  /** Hashes of the safe list. */
  safe: readonly string[];
}

type OfAccount<T> = T & { accountSid: string };

/** What of them was stored. */
export interface GuardSnapshot {
  counts: OfAccount<Count & { counter: Counter }>[];
  blocks: OfAccount<PrefixBlock>[];
  known: OfAccount<KnownRecipient>[];
  safe: OfAccount<{ recipient: string }>[];
}

/** What a batch adds to counters, each of which stands there once, the notes that it makes, and whom it approves. */
export interface GuardChanges extends Pick<GuardSnapshot, "blocks" | "known"> {
  counts: OfAccount<CountChange>[];
}

/** What the commands of a batch name, by account; each name once. */
export function guardNames(
  commands: readonly { accountSid: string; guard?: GuardNames | undefined }[],
): Map<string, GuardNames> {
  const byAccount = new Map<string, { [Of in keyof GuardNames]: Set<string> }>();
  for (const { accountSid, guard } of commands) {
    if (!guard) continue;
    const names = byAccount.get(accountSid) ?? {
      ...{ counters: new Set(), prefixes: new Set(), recipients: new Set(), safe: new Set() },
    };
    byAccount.set(accountSid, names);
    for (const counter of guard.counters) names.counters.add(counter);
    for (const prefix of guard.prefixes) names.prefixes.add(prefix);
    for (const recipient of guard.recipients) names.recipients.add(recipient);
    for (const recipient of guard.safe) names.safe.add(recipient);
  }
  return new Map(
    [...byAccount].map(([accountSid, { counters, prefixes, recipients, safe }]) => [
      accountSid,
      { counters: [...counters], prefixes: [...prefixes], recipients: [...recipients], safe: [...safe] },
    ]),
  );
}

/** What is known of an account while a batch is decided, with what the batch added. */
interface AccountTally {
  totals: Map<Counter, Count>;
  blocks: Map<string, PrefixBlock>;
  known: Map<string, number>;
  safe: Set<string>;
  added: Map<Counter, CountChange>;
  approved: Map<string, KnownRecipient>;
  state: GuardState;
}

/** What is counted while a batch is decided: each decision sees what those before it added. */
export function createGuardTally(snapshot: GuardSnapshot = { counts: [], blocks: [], known: [], safe: [] }) {
  const byAccount = new Map<string, AccountTally>();
  const made: GuardChanges["blocks"] = [];
  const tallyOf = (accountSid: string): AccountTally => {
    let tally = byAccount.get(accountSid);
    if (!tally) {
      tally = newTally();
      byAccount.set(accountSid, tally);
    }
    return tally;
  };
  for (const count of snapshot.counts) tallyOf(count.accountSid).totals.set(count.counter, count);
  for (const block of snapshot.blocks) tallyOf(block.accountSid).blocks.set(block.prefix, block);
  for (const each of snapshot.known) tallyOf(each.accountSid).known.set(each.recipientHash, each.approvedAt);
  for (const { accountSid, recipient } of snapshot.safe) tallyOf(accountSid).safe.add(recipient);

  function count({ totals, added }: AccountTally, { counter, used, approved, max, isProof }: CountChange): void {
    const total = totals.get(counter) ?? nothing;
    totals.set(counter, { used: total.used + used, approved: total.approved + approved });
    const since = added.get(counter) ?? { counter, used: 0, approved: 0, max: null };
    added.set(counter, {
      counter,
      used: since.used + used,
      approved: since.approved + approved,
      // What came after a start that is bounded was not there when its maximum was held against it.
      max: least(since.max === null ? null : since.max + used, max),
      isProof: since.isProof || isProof,
    });
  }

  return {
    stateOf: (accountSid: string): GuardState => tallyOf(accountSid).state,
    add(accountSid: string, decision: GuardAdditions): void {
      const tally = tallyOf(accountSid);
      for (const change of decision.counts ?? []) count(tally, change);
      for (const block of decision.blocks ?? []) {
        tally.blocks.set(block.prefix, block);
        made.push({ ...block, accountSid });
      }
      for (const each of decision.known ?? []) {
        tally.known.set(each.recipientHash, each.approvedAt);
        tally.approved.set(each.recipientHash, each);
      }
    },
    changes(): GuardChanges {
      const ofAll = <T extends object>(named: (tally: AccountTally) => Map<string, T>) =>
        [...byAccount].flatMap(([accountSid, tally]) =>
          // To spread what many have makes an object of another shape each time.
          [...named(tally).values()].map((each) => Object.assign({ accountSid }, each)),
        );
      return { counts: ofAll(({ added }) => added), blocks: made, known: ofAll(({ approved }) => approved) };
    },
  };
}

function newTally(): AccountTally {
  const totals: AccountTally["totals"] = new Map();
  const blocks: AccountTally["blocks"] = new Map();
  const known: AccountTally["known"] = new Map();
  const safe: AccountTally["safe"] = new Set();
  const state: GuardState = {
    count: (counter) => totals.get(counter) ?? nothing,
    block: (prefix) => blocks.get(prefix),
    approvedAt: (recipientHash) => known.get(recipientHash),
    isSafe: (recipient) => safe.has(recipient),
  };
  return { totals, blocks, known, safe, added: new Map(), approved: new Map(), state };
}

/** What a decision, or what follows from it, leaves for the guard. */
export interface GuardAdditions {
  /**
   * What it adds to counters. It is exact, however many processes count at the same time: what would be more than a
   * maximum is not committed, and decided again.
   */
  counts?: readonly CountChange[];
  /** Notes of number prefixes that are suspected from now on. */
  blocks?: readonly PrefixBlock[];
  /** Recipients whom the account knows from now on. */
  known?: readonly KnownRecipient[];
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

const nothing: Count = { used: 0, approved: 0 };
