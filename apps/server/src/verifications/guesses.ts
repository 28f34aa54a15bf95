import { limits } from "../kernel/limits.ts";
import type { Verification } from "./verification.ts";

/**
 * What bounds guesses over time, and not only inside one verification. Checks that were refused are counted for each
 * recipient of an account, and no approval forgives them: else whoever waits for the victim's own logins gets some fresh
 * guesses at each. The code grows with them, so that patience gains nothing and the victim is never locked out.
 */
const rules = {
  /** From so many refused checks on, a code has so many digits more. */
  growth: [
    { refused: 30, digits: 4 },
    { refused: 10, digits: 2 },
  ],
  /** A code that cannot grow is not started any more after so many, for a day after the last of them. */
  refusedMax: { custom: 30, fixedLength: 100 },
  pauseMs: 86_400_000,
  /** An account is sprayed when more than so many checks were refused in an hour, and more than so many for each approval. */
  sprayed: { refused: 200, perApproval: 3, digits: 2, lengthMin: 6 },
} as const;

/** So many refused checks of a recipient change nothing yet. */
export const refusedWithoutEffect =
  Math.min(...rules.growth.map(({ refused }) => refused), ...Object.values(rules.refusedMax)) - 1;

/** What is settled of an installation. */
export interface GuessPolicy {
  /** Whether codes grow; where they don't, too many refused checks refuse starts. */
  codesGrow: boolean;
  /** Whether the code of a recipient is always the same, as in the sandbox, and so is not guarded. */
  hasFixedCode?: (recipient: string) => boolean;
  /** Hears that an account is sprayed from now on. */
  onSprayed?: (spray: Spray) => void;
}

/** An account is sprayed: noticed by a check of one of its services, which was refused. */
export interface Spray {
  accountSid: string;
  serviceSid: string;
  /** In the last hour. */
  refused: number;
  approved: number;
  noticedAt: number;
}

/** What a decision may know of guesses before it. */
export interface GuessState {
  /** When checks of the recipients that the command names were refused: of each the last hundred. */
  refusedAt(): readonly number[];
  /** Whether somebody seems to try codes on many recipients of the account. */
  isSprayed(): boolean;
}

/** Under what the refused checks of a recipient are counted: under the newest secret first, which new ones are. */
export function guessKeys(
  { hashValues }: { hashValues(text: string): string[] },
  accountSid: string,
  recipient: string,
): string[] {
  return hashValues(JSON.stringify([accountSid, recipient]));
}

/** How many digits a new code has. @param length as the service or the caller wants it, at least */
export function grownLength(
  { codesGrow, hasFixedCode }: GuessPolicy,
  { length, recipient }: { length: number; recipient: string },
  state: GuessState,
  now: number,
): number {
  if (!codesGrow || hasFixedCode?.(recipient)) return length;
  const refused = recentlyRefused(state, now).length;
  const grown = rules.growth.find((step) => refused >= step.refused)?.digits ?? 0;
  return Math.min(limits.codeLengthMax, length + grown + (state.isSprayed() ? rules.sprayed.digits : 0));
}

/** Until when a code that cannot grow is not started; 0 where it may be. */
export function refusedUntil(
  { codesGrow }: GuessPolicy,
  isCustomCode: boolean,
  state: GuessState,
  now: number,
): number {
  if (codesGrow && !isCustomCode) return 0;
  const max = isCustomCode ? rules.refusedMax.custom : rules.refusedMax.fixedLength;
  const refused = recentlyRefused(state, now);
  return refused.length < max ? 0 : Math.max(...refused) + rules.pauseMs;
}

/** How many checks of a pending verification are evaluated: of a short code only one more while its account is sprayed. */
export function checksMaxOf({ hasFixedCode }: GuessPolicy, pending: Verification, state: GuessState): number {
  const { code, recipient, checks } = pending;
  const isShort = code !== null && code.length < rules.sprayed.lengthMin && !hasFixedCode?.(recipient);
  return isShort && state.isSprayed() ? checks + 1 : limits.checksMax;
}

/** Whether an account is sprayed, by how its checks ended in the last hour. */
export function isSpray({ refused, approved }: Pick<Spray, "refused" | "approved">): boolean {
  const { refused: max, perApproval } = rules.sprayed;
  return refused > max && refused > perApproval * approved;
}

function recentlyRefused(state: GuessState, now: number): number[] {
  return state.refusedAt().filter((at) => at > now - limits.retentionDays * 86_400_000);
}
