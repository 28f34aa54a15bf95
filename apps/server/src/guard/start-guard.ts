import type { Clock } from "../kernel/clock.ts";
import type { Recipient } from "../kernel/recipient.ts";
import { refused } from "../kernel/refusal.ts";
import { v1Refused } from "../v1/refusal.ts";
import type { Decision, VerificationCommand } from "../verifications/ledger.ts";
import type { Channel } from "../verifications/verification.ts";
import type { PrefixBlock } from "./pumping.ts";
import {
  type BlockedSend,
  type GuardPolicy,
  type GuardState,
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

/** The guard of one start: it is judged, and counted, in the transaction that decides on the start. */
export interface StartGuard {
  /** What the decision has to know. */
  names: NonNullable<VerificationCommand<unknown>["guard"]>;
  judge(channel: Channel, isNew: boolean, state: GuardState): BlockedSend | undefined;
  counts(channel: Channel, isNew: boolean, state: GuardState): NonNullable<Decision<unknown>["counts"]>;
  /** For a refusal that is committed. */
  report(blocked: BlockedSend): void;
}

/**
 * @param start `client` is the address of the person's device; `isSmsUnchecked`, whether the caller wants neither prefix
 *   nor country looked at for SMS
 * @returns nothing when no guard is set up
 */
export function startGuard(
  { guard, clock }: { guard?: Guard | undefined; clock: Clock },
  start: { accountSid: string; recipient: Recipient; client?: string | undefined; isSmsUnchecked?: boolean },
): StartGuard | undefined {
  if (!guard) return undefined;
  const { accountSid, recipient, client, isSmsUnchecked = false } = start;
  const plan = planSend(guard.policy, recipient, client, clock());
  const isUnchecked = (channel: Channel) => isSmsUnchecked && channel === "sms";
  return {
    names: namesOf(plan),
    // Silent network authentication sends nothing.
    judge: (channel, isNew, state) =>
      channel === "sna" ? undefined : judgeSend(plan, state, { isNew, isUnchecked: isUnchecked(channel) }),
    counts: (channel, isNew, state) =>
      channel === "sna" ? [] : sendCounts(plan, state, { isNew, isUnchecked: isUnchecked(channel) }),
    report: (blocked) =>
      guard.onBlocked({ accountSid, by: blocked.by, made: blocked.by === "prefix" ? blocked.made : undefined }),
  };
}

/** The block that a refused start leaves behind. */
export function blocksOf(blocked: BlockedSend): PrefixBlock[] {
  return blocked.by === "prefix" && blocked.made ? [blocked.made] : [];
}

export function guardRefusal(blocked: BlockedSend) {
  if (blocked.by === "country") return refused(60605);
  if (blocked.by === "prefix") return refused(60410);
  return refused(20429, { retryAfterSeconds: blocked.retryAfterSeconds });
}

export function v1GuardRefusal(blocked: BlockedSend) {
  const notCreated = (reason: string) =>
    v1Refused("60021", { message: `Phone verification couldn't be created: ${reason}.` });
  if (blocked.by === "country") return notCreated("its country is not permitted");
  if (blocked.by === "prefix") return notCreated("numbers like it are blocked for some hours");
  return v1Refused("60003", { retryAfterSeconds: blocked.retryAfterSeconds });
}
