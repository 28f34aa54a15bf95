import { limits } from "../../apps/server/src/kernel/limits.ts";
import type { Kept, KeptVerification, Request } from "./history.ts";
import type { Violation } from "./rules.ts";

/** The promises that counting alone can tell, without a model. */
export function tallyViolations(requests: readonly Request[], kept: Kept | undefined): Violation[] {
  const told = toldOf(requests);
  const violations: Violation[] = [];
  const add = (rule: Violation["rule"], text: string) => violations.push({ rule, text });

  for (const [sid, { wrong, approved, sends }] of told) {
    if (wrong > limits.checksMax) add("checks", `${wrong} checks of ${sid} were answered as evaluated`);
    if (approved > 1) add("approvals", `${sid} was answered as approved ${approved} times`);
    if (sends.size > limits.sendsMax) add("sends", `${sends.size} sends of ${sid} were acknowledged`);
  }
  if (!kept) return violations;

  const bySid = new Map(kept.verifications.map((each) => [each.sid, each]));
  for (const [sid, { sends, approved, canceled }] of told) {
    const found = bySid.get(sid);
    if (!found) {
      add("kept", `${sid} was acknowledged, and is lost`);
      continue;
    }
    const lost = [...sends].filter((attempt) => !found.attempts.includes(attempt));
    if (lost.length > 0) add("kept", `the send ${lost[0]} of ${sid} was acknowledged, and is lost`);
    if (approved > 0 && found.status !== "approved") add("kept", `the approval of ${sid} is lost: ${found.status}`);
    if (canceled && found.status !== "canceled") add("kept", `the cancellation of ${sid} is lost: ${found.status}`);
  }
  const attemptSids = new Set(kept.attempts.map(({ sid }) => sid));
  const converted = new Map<string, number>();
  for (const { verificationSid, isConverted } of kept.attempts) {
    converted.set(verificationSid, (converted.get(verificationSid) ?? 0) + Number(isConverted));
  }
  for (const each of kept.verifications) {
    for (const text of logFaults(each, converted.get(each.sid) ?? 0)) add("kept", `${each.sid}: ${text}`);
    if (each.checks > limits.checksMax) add("checks", `${each.checks} checks of ${each.sid} are counted`);
    if (each.attempts.length > limits.sendsMax) add("sends", `${each.sid} has ${each.attempts.length} sends`);
    if (count(each, "approved") > 1) add("approvals", `${each.sid} was approved ${count(each, "approved")} times`);
    const unlogged = each.attempts.find((attempt) => !attemptSids.has(attempt));
    if (unlogged) add("kept", `the send ${unlogged} of ${each.sid} is not in the Attempts log`);
  }
  return violations;
}

interface Told {
  sends: Set<string>;
  wrong: number;
  approved: number;
  canceled: boolean;
}

/** What the callers were told of each verification. */
function toldOf(requests: readonly Request[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const { action, answer } of requests) {
    if (!answer?.sid || answer.code !== null) continue;
    const { sid, state, attempts } = answer;
    const known = told.get(sid) ?? { sends: new Set(), wrong: 0, approved: 0, canceled: false };
    told.set(sid, known);
    for (const attempt of attempts ?? []) known.sends.add(attempt);
    if (action.kind === "check" && state === "approved") known.approved += 1;
    if (action.kind === "check" && state !== "approved") known.wrong += 1;
    if (action.kind === "cancel") known.canceled = true;
  }
  return told;
}

/** The log of events and the Attempts log tell the same story as the verification. */
function logFaults(verification: KeptVerification, converted: number): string[] {
  const { status, checks, attempts } = verification;
  const counted = {
    started: count(verification, "started"),
    sent: count(verification, "sent"),
    refused: count(verification, "check_refused") + count(verification, "locked"),
    approved: count(verification, "approved"),
    canceled: count(verification, "canceled"),
    converted,
  };
  const isApproved = Number(status === "approved");
  const right: typeof counted = {
    started: 1,
    sent: attempts.length,
    refused: checks,
    approved: isApproved,
    canceled: Number(status === "canceled"),
    converted: isApproved,
  };
  const isRight = JSON.stringify(counted) === JSON.stringify(right);
  return isRight ? [] : [`its log has ${JSON.stringify(counted)}, and it is ${JSON.stringify(right)}`];
}

function count({ events }: KeptVerification, type: string): number {
  return events.filter((event) => event === type).length;
}
