import type { Counter } from "./counter.ts";
import type { PrefixBlock } from "./pumping.ts";

/** Number prefixes that the guard has blocked. */
export interface BlockStore {
  /** Those that hold at that time, the latest first. */
  list(now: number): Promise<(PrefixBlock & { accountSid: string })[]>;
  /** Forgets a block, and what these counters of the account have. @returns whether there was one */
  lift(accountSid: string, prefix: string, counters: readonly Counter[]): Promise<boolean>;
}
