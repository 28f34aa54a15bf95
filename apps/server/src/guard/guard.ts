import type { Logger } from "pino";
import { parseRecipient } from "../kernel/recipient.ts";
import type { Metrics } from "../operator/metrics.ts";
import type { Store } from "../store/store.ts";
import { approvalCounts, type GuardPolicy, isGuarding } from "./send-guard.ts";
import type { Guard } from "./start-guard.ts";

/** What keeps sends within bounds by a policy, and the store that counts for it; the store as it is without a policy. */
export function createGuard(
  policy: GuardPolicy | undefined,
  { store, metrics, logger }: { store: Store; metrics?: Metrics | undefined; logger?: Logger | undefined },
): { store: Store; guard?: Guard } {
  if (!policy || !isGuarding(policy)) return { store };
  return {
    store: policy.blocksPumping ? approvalsCounted(store, policy) : store,
    guard: {
      policy,
      onBlocked({ accountSid, by, made }) {
        metrics?.blocked(by);
        if (!made) return;
        const { prefix, starts, approvals, blockedUntil } = made;
        const until = new Date(blockedUntil).toISOString();
        logger?.warn({ accountSid, prefix, starts, approvals, until }, "a number prefix is blocked");
      },
    },
  };
}

/** Commits, with each approval, what it counts for: the guard holds a prefix's starts against them. */
function approvalsCounted(store: Store, policy: GuardPolicy): Store {
  return {
    ...store,
    decide: (command) =>
      store.decide({
        ...command,
        decide(state, now) {
          const decision = command.decide(state, now);
          const approved = decision.isConverted ? (decision.verification ?? state.current) : undefined;
          const recipient = approved && parseRecipient(approved.recipient);
          if (!recipient?.ok) return decision;
          return { ...decision, counts: [...(decision.counts ?? []), ...approvalCounts(policy, recipient.value, now)] };
        },
      }),
  };
}
