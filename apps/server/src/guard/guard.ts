import type { Logger } from "pino";
import type { Reaction } from "../events/reactions.ts";
import { type Channel, parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import { type CountChange, type GuardState, guardedText, type PrefixBlock } from "./counts.ts";
import {
  approvalCounts,
  type BlockedSend,
  type GuardPolicy,
  isGuarding,
  isLiftable,
  judgeSend,
  lifted,
  namesOf,
  planSend,
  sendCounts,
} from "./send-guard.ts";

/** What keeps sends within bounds, and who hears of those that it refused. */
export interface Guard {
  policy: GuardPolicy;
  hashOf(recipient: string): string;
  /** By which an account's safe list has a number. */
  safeHashOf(phoneNumber: string): string;
  onBlocked(blocked: { accountSid: string; by: BlockedSend["by"]; made: PrefixBlock | undefined }): void;
}

/** What keeps sends within bounds by a policy; nothing without one. */
export function createGuard(
  policy: GuardPolicy | undefined,
  {
    vault,
    safeNumbers,
    metrics,
    logger,
  }: {
    vault: { hashValue(text: string): string };
    safeNumbers: { hashOf(phoneNumber: string): string };
    metrics?: { blocked(by: BlockedSend["by"], isObserved: boolean): void } | undefined;
    logger?: Logger | undefined;
  },
): Guard | undefined {
  if (!policy || !isGuarding(policy)) return undefined;
  return {
    policy,
    hashOf: (recipient) => vault.hashValue(guardedText(recipient)),
    safeHashOf: safeNumbers.hashOf,
    onBlocked({ accountSid, by, made }) {
      const isObserved = policy.isObserving && by !== "country";
      metrics?.blocked(by, isObserved);
      if (isObserved) logger?.info({ accountSid, by }, "a send would be refused");
      if (!made) return;
      const { prefix, starts, approvals } = made;
      const found = { accountSid, prefix, starts, approvals };
      logger?.warn(found, `a number prefix ${isObserved ? "would be" : "is"} throttled`);
    },
  };
}

/** Approvals count for their prefixes, and make their recipients known. */
export function approvalsCounted({ policy, hashOf }: Guard): Reaction {
  if (!policy.blocksPumping) return {};
  return {
    verification(fact, verification, now) {
      const recipient = fact === "approved" ? parseRecipient(verification.recipient) : undefined;
      const isSafe = verification.attempts[0]?.isSafe;
      return recipient?.ok ? approvalCounts(policy, recipient.value, now, hashOf, isSafe) : undefined;
    },
  };
}

/** What the guard makes of one start. */
export interface StartVerdict {
  /** Why it is refused, if it is. */
  refused: { ok: false; refusal: Refusal<20429 | 60410 | 60605> } | undefined;
  /** The notes that it leaves behind. */
  blocks: PrefixBlock[];
  /** What it counts for if it is made. */
  counts: CountChange[];
  /** For what is committed. */
  report(): void;
}

/**
 * What keeps one start within bounds: it is judged with the decision on the start, and counted no later than with it.
 * @param start `client` is the address of the person's device; `isSmsUnchecked`, whether the caller wants the prefix not
 *   looked at for SMS
 */
export function startGuard(
  guard: Guard,
  start: { accountSid: string; recipient: Recipient; client?: string | undefined; isSmsUnchecked?: boolean },
  now: number,
) {
  const { accountSid, recipient, client, isSmsUnchecked = false } = start;
  const { policy, hashOf, safeHashOf } = guard;
  const planned = planSend(policy, recipient, client, now, hashOf);
  const safeHash = isLiftable(policy, planned) ? safeHashOf(recipient.value) : undefined;
  const isSafe = (state: GuardState) => safeHash !== undefined && state.isSafe(safeHash);
  const planIn = (state: GuardState) => (isSafe(state) ? lifted(policy, planned) : planned);
  return {
    /** What the decision has to know. */
    names: { ...namesOf(planned), safe: safeHash === undefined ? [] : [safeHash] },
    /** Whether it passes since the account has its number on its safe list. */
    isSafe,
    /** Whether neither its country nor its range is a reason to refuse it. */
    isPermitted: (state: GuardState) => !planIn(state).isCountryRefused,
    judge(channel: Channel, isNew: boolean, state: GuardState): StartVerdict | undefined {
      // Silent network authentication sends nothing.
      if (channel === "sna") return undefined;
      const plan = planIn(state);
      const kind = { isNew, isUnchecked: isSmsUnchecked && channel === "sms" };
      const blocked = judgeSend(plan, state, kind);
      const isRefused = blocked && !(policy.isObserving && blocked.by !== "country");
      const made = blocked?.by === "prefix" ? blocked.made : undefined;
      return {
        refused: isRefused ? refusalOf(blocked) : undefined,
        blocks: made ? [made] : [],
        counts: isRefused ? [] : sendCounts(plan, state, kind),
        report: () => blocked && guard.onBlocked({ accountSid, by: blocked.by, made }),
      };
    },
  };
}

function refusalOf(blocked: BlockedSend): StartVerdict["refused"] {
  if (blocked.by === "country") return refused(60605);
  if (blocked.by === "prefix") return refused(60410, { retryAfterSeconds: blocked.retryAfterSeconds });
  return refused(20429, { retryAfterSeconds: blocked.retryAfterSeconds });
}
