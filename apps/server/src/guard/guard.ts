import type { Logger } from "pino";
import type { Reaction } from "../events/reactions.ts";
import { type Channel, parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import type { CountChange, GuardState, PrefixBlock } from "./counts.ts";
import {
  approvalCounts,
  type BlockedSend,
  type GuardPolicy,
  isGuarding,
  judgeSend,
  namesOf,
  planSend,
  sendCounts,
} from "./send-guard.ts";

/** What keeps sends within bounds, and who hears of those that it refused. */
export interface Guard {
  policy: GuardPolicy;
  onBlocked(block: { accountSid: string; by: BlockedSend["by"]; made: PrefixBlock | undefined }): void;
}

/** What keeps sends within bounds by a policy; nothing without one. */
export function createGuard(
  policy: GuardPolicy | undefined,
  { metrics, logger }: { metrics?: { blocked(by: BlockedSend["by"]): void } | undefined; logger?: Logger | undefined },
): Guard | undefined {
  if (!policy || !isGuarding(policy)) return undefined;
  return {
    policy,
    onBlocked({ accountSid, by, made }) {
      metrics?.blocked(by);
      if (!made) return;
      const { prefix, starts, approvals, blockedUntil } = made;
      const until = new Date(blockedUntil).toISOString();
      logger?.warn({ accountSid, prefix, starts, approvals, until }, "a number prefix is blocked");
    },
  };
}

/** Approvals count for their prefixes: the guard holds the starts against them. */
export function approvalsCounted({ policy }: Guard): Reaction {
  if (!policy.blocksPumping) return {};
  return {
    verification(fact, verification, now) {
      const recipient = fact === "approved" ? parseRecipient(verification.recipient) : undefined;
      return recipient?.ok ? { counts: approvalCounts(policy, recipient.value, now) } : undefined;
    },
  };
}

/** Why a start is refused, with the block that it leaves behind. */
export interface StartBlock {
  refused: { ok: false; refusal: Refusal<20429 | 60410 | 60605> };
  blocks: PrefixBlock[];
  /** For a refusal that is committed. */
  report(): void;
}

/**
 * What keeps one start within bounds: it is judged, and counted, in the transaction that decides on the start.
 * @param start `client` is the address of the person's device; `isSmsUnchecked`, whether the caller wants the prefix not
 *   looked at for SMS
 */
export function startGuard(
  guard: Guard,
  start: { accountSid: string; recipient: Recipient; client?: string | undefined; isSmsUnchecked?: boolean },
  now: number,
) {
  const { accountSid, recipient, client, isSmsUnchecked = false } = start;
  const plan = planSend(guard.policy, recipient, client, now);
  const kind = (channel: Channel, isNew: boolean) => ({ isNew, isUnchecked: isSmsUnchecked && channel === "sms" });
  return {
    /** What the decision has to know. */
    names: namesOf(plan),
    judge(channel: Channel, isNew: boolean, state: GuardState): StartBlock | undefined {
      // Silent network authentication sends nothing.
      const blocked = channel === "sna" ? undefined : judgeSend(plan, state, kind(channel, isNew));
      if (!blocked) return undefined;
      const made = blocked.by === "prefix" ? blocked.made : undefined;
      return {
        refused: refusalOf(blocked),
        blocks: made ? [made] : [],
        report: () => guard.onBlocked({ accountSid, by: blocked.by, made }),
      };
    },
    counts: (channel: Channel, isNew: boolean, state: GuardState): CountChange[] =>
      channel === "sna" ? [] : sendCounts(plan, state, kind(channel, isNew)),
  };
}

function refusalOf(blocked: BlockedSend): StartBlock["refused"] {
  if (blocked.by === "country") return refused(60605);
  if (blocked.by === "prefix") return refused(60410);
  return refused(20429, { retryAfterSeconds: blocked.retryAfterSeconds });
}
