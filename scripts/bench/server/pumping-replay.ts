import { createGuardTally } from "../../../apps/server/src/guard/counts.ts";
import {
  approvalCounts,
  type GuardPolicy,
  judgeSend,
  planSend,
  sendCounts,
} from "../../../apps/server/src/guard/send-guard.ts";
import { limits } from "../../../apps/server/src/kernel/limits.ts";
import { attackShapes, type TraceEvent } from "./pumping-trace.ts";

/** How many sends were asked for, and how many of them the guard refused. */
export interface Refused {
  of: number;
  refused: number;
}

/** The guard against pumping alone: no limit on sends helps it. */
const policy: GuardPolicy = {
  limits: {},
  blocksPumping: true,
  safePrefixes: [],
  countries: { codes: [], areRefused: true },
};

const accountSid = "AC00000000000000000000000000000001";

/** Runs a trace through the rules of the server, on counters in memory. */
export function replay(trace: readonly TraceEvent[]) {
  const tally = createGuardTally();
  const state = tally.stateOf(accountSid);
  const shapes = new Map<string, Refused>(["honest", ...attackShapes].map((name) => [name, { of: 0, refused: 0 }]));
  const pending = new Map<string, number>();
  for (const { at, type, number, callingCode, shape } of trace) {
    // A number of no country is at a high cost; of which one these are, the judgement of prefixes does not ask.
    const recipient = {
      kind: "phone",
      value: number,
      callingCode,
      country: "US",
      type: "MOBILE",
      isFictional: false,
    } as const;
    const isPending = at < (pending.get(number) ?? 0);
    if (type === "approve") {
      if (isPending) tally.add(accountSid, { counts: approvalCounts(policy, recipient, at) });
      pending.delete(number);
      continue;
    }
    const figures = shapes.get(shape ?? "honest") as Refused;
    const plan = planSend(policy, recipient, undefined, at);
    const kind = { isNew: !isPending, isUnchecked: false };
    const blocked = judgeSend(plan, state, kind);
    figures.of += 1;
    if (blocked) {
      figures.refused += 1;
      tally.add(accountSid, { blocks: blocked.by === "prefix" && blocked.made ? [blocked.made] : [] });
    } else {
      tally.add(accountSid, { counts: sendCounts(plan, state, kind) });
      if (!isPending) pending.set(number, at + limits.lifetimeSeconds * 1000);
    }
  }
  const honest = shapes.get("honest") as Refused;
  shapes.delete("honest");
  const attacks = [...shapes.values()];
  const total = {
    of: attacks.reduce((sum, { of }) => sum + of, 0),
    refused: attacks.reduce((sum, { refused }) => sum + refused, 0),
  };
  return { honest, shapes, total };
}

export function percent({ of, refused }: Refused): number {
  return of === 0 ? 0 : (100 * refused) / of;
}
