import type { Logger } from "pino";
import type { Reaction } from "../events/reactions.ts";
import { parseRecipient } from "../kernel/recipient.ts";
import type { Metrics } from "../operator/metrics.ts";
import { approvalCounts, type GuardPolicy, isGuarding } from "./send-guard.ts";
import type { Guard } from "./start-guard.ts";

/** What keeps sends within bounds by a policy; nothing without one. */
export function createGuard(
  policy: GuardPolicy | undefined,
  { metrics, logger }: { metrics?: Metrics | undefined; logger?: Logger | undefined },
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
