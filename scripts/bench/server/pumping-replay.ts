import { createGuardTally } from "../../../apps/server/src/guard/counts.ts";
import type { PumpingRules } from "../../../apps/server/src/guard/pumping.ts";
import {
  approvalCounts,
  type GuardPolicy,
  judgeSend,
  planSend,
  sendCounts,
} from "../../../apps/server/src/guard/send-guard.ts";
import { limits } from "../../../apps/server/src/kernel/limits.ts";
import type { Trace, TraceEvent } from "./pumping-people.ts";

/** How many sends were asked for, and how many of them the guard refused. */
export interface Refused {
  of: number;
  refused: number;
}

/** What became of one start or re-send. */
export interface Judged {
  event: TraceEvent;
  /** Whether it is a re-send of what is pending. */
  isPending: boolean;
  /** Whether the number was approved within thirty days. */
  isKnown: boolean;
  isRefused: boolean;
}

/** The guard against pumping alone: no limit on sends helps it. */
const pumpingAlone: GuardPolicy = {
  limits: {},
  blocksPumping: true,
  isObserving: false,
  safePrefixes: [],
  safeNumbers: "off",
  countries: { codes: [], areRefused: true },
  highCost: [],
};

const accountSid = "AC00000000000000000000000000000001";
const hashOf = (recipient: string) => recipient;

/** Runs a trace through the rules of the server, on counters in memory. @param rules in place of the server's numbers */
export function replay({ events, known }: Trace, see: (judged: Judged) => void, rules?: PumpingRules): void {
  const policy = { ...pumpingAlone, ...(rules && { pumpingRules: rules }) };
  const approvedAt = events[0]?.at ?? 0;
  const tally = createGuardTally({
    counts: [],
    blocks: [],
    known: Array.from(known, (recipientHash) => ({ accountSid, recipientHash, approvedAt })),
    safe: [],
  });
  const state = tally.stateOf(accountSid);
  const pending = new Map<string, number>();
  for (const event of events) {
    const { at, type, number, callingCode, country } = event;
    const recipient = {
      kind: "phone",
      value: number,
      callingCode,
      country,
      type: "MOBILE",
      isFictional: false,
    } as const;
    const isPending = at < (pending.get(number) ?? 0);
    if (type === "approve") {
      if (isPending) tally.add(accountSid, approvalCounts(policy, recipient, at, hashOf));
      pending.delete(number);
      continue;
    }
    const isKnown = state.approvedAt(number) !== undefined;
    const plan = planSend(policy, recipient, undefined, at, hashOf);
    const kind = { isNew: !isPending, isUnchecked: false };
    const isRefused = judgeSend(plan, state, kind) !== undefined;
    if (!isRefused) {
      tally.add(accountSid, { counts: sendCounts(plan, state, kind) });
      if (!isPending) pending.set(number, at + limits.lifetimeSeconds * 1000);
    }
    see({ event, isPending, isKnown, isRefused });
  }
}

/** Counts by name what the replay sees. */
export function createTable<Name extends string>() {
  const table = new Map<Name, Refused>();
  const of = (name: Name): Refused => {
    const refused = table.get(name) ?? { of: 0, refused: 0 };
    table.set(name, refused);
    return refused;
  };
  return {
    of,
    add(name: Name, { isRefused }: Pick<Judged, "isRefused">): void {
      of(name).of += 1;
      of(name).refused += Number(isRefused);
    },
  };
}

export function percent({ of, refused }: Refused): number {
  return of === 0 ? 0 : (100 * refused) / of;
}
