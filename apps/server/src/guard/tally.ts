import type { Decision, VerificationCommand } from "../verifications/ledger.ts";
import type { Count, CountChange, Counter } from "./counter.ts";
import type { PrefixBlock } from "./pumping.ts";
import type { GuardState } from "./send-guard.ts";

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
export function guardNames(commands: readonly VerificationCommand<unknown>[]): Map<string, GuardNames> {
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
interface GuardTally {
  stateOf(accountSid: string): GuardState;
  add(accountSid: string, decision: Pick<Decision<unknown>, "counts" | "blocks">): void;
  changes(): GuardChanges;
}

export function createGuardTally(snapshot?: GuardSnapshot): GuardTally {
  const accounts = new Map<string, AccountTally>();
  const of = (accountSid: string): AccountTally => {
    const account = accounts.get(accountSid) ?? createAccountTally();
    accounts.set(accountSid, account);
    return account;
  };
  for (const { accountSid, counter, used, approved } of snapshot?.counts ?? []) {
    of(accountSid).totals.set(counter, { used, approved });
  }
  for (const { accountSid, ...block } of snapshot?.blocks ?? []) of(accountSid).blocks.set(block.prefix, block);

  const changesOf = <T>(read: (account: AccountTally) => Iterable<T>) =>
    [...accounts].flatMap(([accountSid, account]) => Array.from(read(account), (each) => ({ ...each, accountSid })));
  return {
    stateOf: (accountSid) => of(accountSid).state,
    add(accountSid, { counts, blocks }) {
      const account = of(accountSid);
      for (const change of counts ?? []) addTo(account, change);
      for (const block of blocks ?? []) {
        account.blocks.set(block.prefix, block);
        account.made.push(block);
      }
    },
    changes: () => ({ counts: changesOf(({ added }) => added.values()), blocks: changesOf(({ made }) => made) }),
  };
}

interface AccountTally {
  /** With what was added. */
  totals: Map<Counter, Count>;
  added: Map<Counter, CountChange>;
  blocks: Map<string, PrefixBlock>;
  made: PrefixBlock[];
  state: GuardState;
}

const nothing: Count = { used: 0, approved: 0 };

function createAccountTally(): AccountTally {
  const totals = new Map<Counter, Count>();
  const blocks = new Map<string, PrefixBlock>();
  const state: GuardState = {
    count: (counter) => totals.get(counter) ?? nothing,
    block: (prefix) => blocks.get(prefix),
  };
  return { totals, added: new Map(), blocks, made: [], state };
}

function addTo({ totals, added }: AccountTally, { counter, used, approved, max }: CountChange): void {
  const total = totals.get(counter) ?? nothing;
  const since = added.get(counter) ?? nothing;
  totals.set(counter, { used: total.used + used, approved: total.approved + approved });
  // A maximum is that of the latest start; an approval knows of none.
  const maxNow = used > 0 ? max : (added.get(counter)?.max ?? null);
  added.set(counter, { counter, used: since.used + used, approved: since.approved + approved, max: maxNow });
}
