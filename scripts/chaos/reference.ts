import type { Refusal } from "../../apps/server/src/kernel/refusal.ts";
import { decideCheck } from "../../apps/server/src/verifications/check.ts";
import { decideStart } from "../../apps/server/src/verifications/decide-start.ts";
import { decideEnd, decideFetch } from "../../apps/server/src/verifications/end.ts";
import { statusAt, type Verification } from "../../apps/server/src/verifications/verification.ts";
import type { Action, Answer, History, Kept, KeptVerification } from "./history.ts";
import { startCommand } from "./start-command.ts";

/** A server without faults, in memory, to make histories with: it decides at once, and sends each message once. */
export interface Reference {
  history: History;
  /** Decides on a request at that moment. */
  decide: (to: string, action: Action, now: number) => Answer;
  /** The code of somebody's latest verification. */
  codeOf: (to: string) => string;
  kept: () => Kept;
}

export const lifetimeSeconds = 600;

/** @param database what it says that it is kept in */
export function createReference(database: "SQLite" | "PostgreSQL" = "SQLite"): Reference {
  const history: History = [{ type: "setting", scenario: "made up", seed: 0, database, lifetimeSeconds }];
  const held = new Map<string, { verification: Verification; events: string[] }>();
  const latest = new Map<string, string>();
  let count = 0;

  function decide(to: string, action: Action, now: number): Answer {
    count += 1;
    const sid = ("sid" in action && action.sid) || latest.get(to);
    const current = sid === undefined ? undefined : held.get(sid);
    const outcome = outcomeOf(current?.verification, to, action, now, count);
    if (!outcome.ok) return refusalAnswer(outcome.refusal);
    const { value } = outcome;
    const isNew = !held.has(value.sid);
    const entry = {
      verification: value,
      events: [...(isNew ? ["started"] : (current?.events ?? [])), ...eventOf(action, value)],
    };
    held.set(value.sid, entry);
    if (action.kind === "start") {
      latest.set(to, value.sid);
      const attemptSid = value.attempts.at(-1)?.sid ?? "";
      history.push({ type: "post", attemptSid, to, code: codeOfSid(value.sid), at: now, answer: "taken" });
    }
    return successAnswer(action, value, now);
  }

  return {
    history,
    decide,
    codeOf: (to) => codeOfSid(latest.get(to) ?? "VE0"),
    kept: () => ({
      type: "kept",
      waiting: 0,
      verifications: [...held.values()].map(keptOf),
      attempts: [...held.values()].flatMap(({ verification }) =>
        verification.attempts.map(({ sid, channel }, index) => ({
          sid,
          verificationSid: verification.sid,
          to: verification.recipient,
          channel,
          isConverted: verification.status === "approved" && index === verification.attempts.length - 1,
          status: "sent",
          errorCode: null,
          expiresAt: verification.expiresAt,
        })),
      ),
    }),
  };
}

function codeOfSid(sid: string): string {
  return String(Number(sid.slice(2)) + 100_000);
}

function outcomeOf(current: Verification | undefined, to: string, action: Action, now: number, count: number) {
  switch (action.kind) {
    case "start": {
      const sids = { newSid: `VE${count}`, attemptSid: `VL${count}` };
      const started = decideStart(current, startCommand(to, action, { lifetimeSeconds, ...sids }), now);
      return started.ok ? { ok: true as const, value: started.value.verification } : started;
    }
    case "check": {
      const matches = ({ sid }: Verification) => codeOfSid(sid) === action.code;
      return decideCheck(current, { isBySid: action.sid !== undefined, matches, isClientToken: () => false }, now);
    }
    case "cancel":
      return decideEnd(current, "canceled", now);
    case "fetch":
      return decideFetch(current, now);
  }
}

function eventOf({ kind }: Action, { status }: Verification): string[] {
  if (kind === "start") return ["sent"];
  if (kind === "cancel") return ["canceled"];
  if (kind === "fetch") return [];
  return [status === "approved" ? "approved" : status === "pending" ? "check_refused" : "locked"];
}

const nothing: Answer = {
  status: 200,
  code: null,
  reason: null,
  retryAfter: null,
  sid: null,
  state: null,
  attempts: null,
  departures: [],
};

function successAnswer({ kind }: Action, verification: Verification, now: number): Answer {
  const attempts = kind === "check" ? null : verification.attempts.map(({ sid }) => sid);
  return { ...nothing, sid: verification.sid, state: statusAt(verification, now), attempts };
}

function refusalAnswer({ code, reason, retryAfterSeconds }: Refusal): Answer {
  const status = code === 20404 ? 404 : 429;
  return { ...nothing, status, code, reason: reason ?? null, retryAfter: retryAfterSeconds ?? null };
}

function keptOf({ verification, events }: { verification: Verification; events: string[] }): KeptVerification {
  const { sid, recipient: to, status, checks, attempts } = verification;
  return { sid, to, status, checks, attempts: attempts.map((attempt) => attempt.sid), events };
}
