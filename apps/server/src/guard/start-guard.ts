import type { Channel, Recipient } from "../kernel/recipient.ts";
import { type Refusal, refused } from "../kernel/refusal.ts";
import type { VerificationCommand } from "../verifications/ledger.ts";
import type { CountChange } from "./counter.ts";
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

/** What keeps one start within bounds: it is judged, and counted, in the transaction that decides on the start. */
export interface StartLimit {
  /** What the decision has to know. */
  names: NonNullable<VerificationCommand<unknown>["guard"]>;
  judge(channel: Channel, isNew: boolean, state: GuardState): StartBlock | undefined;
  counts(channel: Channel, isNew: boolean, state: GuardState): CountChange[];
}

/** Why a start is refused, with the block that it leaves behind. */
export interface StartBlock {
  refused: { ok: false; refusal: Refusal<20429 | 60410 | 60605> };
  blocks: PrefixBlock[];
  /** For a refusal that is committed. */
  report(): void;
}

/**
 * @param start `client` is the address of the person's device; `isSmsUnchecked`, whether the caller wants neither prefix
 *   nor country looked at for SMS
 */
export function startGuard(
  guard: Guard,
  start: { accountSid: string; recipient: Recipient; client?: string | undefined; isSmsUnchecked?: boolean },
  now: number,
): StartLimit {
  const { accountSid, recipient, client, isSmsUnchecked = false } = start;
  const plan = planSend(guard.policy, recipient, client, now);
  const kind = (channel: Channel, isNew: boolean) => ({ isNew, isUnchecked: isSmsUnchecked && channel === "sms" });
  return {
    names: namesOf(plan),
    judge(channel, isNew, state) {
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
    counts: (channel, isNew, state) => (channel === "sna" ? [] : sendCounts(plan, state, kind(channel, isNew))),
  };
}

function refusalOf(blocked: BlockedSend): StartBlock["refused"] {
  if (blocked.by === "country") return refused(60605);
  if (blocked.by === "prefix") return refused(60410);
  return refused(20429, { retryAfterSeconds: blocked.retryAfterSeconds });
}
