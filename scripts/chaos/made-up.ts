import type { Action, Answer, History, HistoryRecord, Kept, Request } from "./history.ts";
import { createReference } from "./reference.ts";

/** Histories of one recipient, one request after the other, with what is wrong in them. */

export const to = "+12025550123";
export const start: Action = { kind: "start", channel: "sms" };
/** The first verification is `VE1`, with the code 100001. */
export const right: Action = { kind: "check", code: "100001" };
export const wrong: Action = { kind: "check", code: "000000" };
export const cancel: Action = { kind: "cancel" };

export const beganAt = 1_000_000;
const stepMs = 1_000;

export interface Spoilt {
  database?: "SQLite" | "PostgreSQL";
  /** What is answered in place of what was decided, by the place of the request. */
  answers?: Record<number, Partial<Answer> | null>;
  kept?: (kept: Kept) => unknown;
  records?: (record: HistoryRecord, index: number) => HistoryRecord[];
}

/** What a server without faults makes of the actions, then spoilt. */
export function madeUp(actions: readonly Action[], { database, answers = {}, kept, records }: Spoilt = {}): History {
  const reference = createReference(database);
  const requests = actions.map((action, id): Request => {
    const begin = beganAt + id * stepMs;
    const decided = reference.decide(to, action, begin + 50);
    const spoilt = answers[id];
    const answer = spoilt === null ? null : { ...decided, ...spoilt };
    return { type: "request", id, to, action, begin, end: begin + 100, answer };
  });
  const last = reference.kept();
  kept?.(last);
  const history = [...reference.history, ...requests, last];
  return records ? history.flatMap(records) : history;
}

export const unavailable: Partial<Answer> = { status: 503, code: 20503, retryAfter: 1, sid: null, state: null };

export function gone(reason: string): Partial<Answer> {
  return { status: 404, code: 20404, reason, sid: null, state: null, attempts: null };
}

/** A success, whatever was decided. */
export function succeeded(state: string): Partial<Answer> {
  return { status: 200, code: null, reason: null, retryAfter: null, sid: "VE1", state };
}
