import { readFileSync, writeFileSync } from "node:fs";

/** What one run did, in the order in which it was learned. Nothing is ever changed. Times are the runner's, in ms. */
export type History = HistoryRecord[];

export type HistoryRecord = Setting | Request | Post | Fault | ClockStep | Kept;

export interface Setting {
  type: "setting";
  scenario: string;
  seed: number;
  database: "SQLite" | "PostgreSQL";
  lifetimeSeconds: number;
}

/** What a client asks about one recipient's verification: by the recipient, or by a sid that it was told. */
export type Action =
  | { kind: "start"; channel: "sms" | "call" }
  | { kind: "check"; code: string; sid?: string }
  | { kind: "cancel"; sid?: string }
  | { kind: "fetch"; sid?: string };

export interface Request {
  type: "request";
  id: number;
  to: string;
  action: Action;
  begin: number;
  end: number;
  /** Null when the connection broke or nothing came in time: then nobody knows whether it was done. */
  answer: Answer | null;
}

export interface Answer {
  status: number;
  /** Of the error; null for a success. */
  code: number | null;
  reason: string | null;
  retryAfter: number | null;
  sid: string | null;
  /** The status of the verification. */
  state: string | null;
  /** The sids of its sends, oldest first, where the answer lists them. */
  attempts: string[] | null;
  /** How it departs from the document. */
  departures: string[];
}

/** A message that came to the gateway. */
export interface Post {
  type: "post";
  attemptSid: string;
  to: string;
  code: string;
  at: number;
  /** `broken`: it was taken, but the caller lost the connection before it heard so. */
  answer: "taken" | "refused" | "broken";
}

export interface Fault {
  type: "fault";
  name: string;
  from: number;
  until: number;
  /** Whether a server process died, and with it what it alone knew of messages that were under way. */
  isDeath: boolean;
}

/** From now on the server's clock is ahead of the runner's by so much. */
export interface ClockStep {
  type: "clock";
  at: number;
  aheadMs: number;
}

/** What the database held in the end. */
export interface Kept {
  type: "kept";
  verifications: KeptVerification[];
  attempts: KeptAttempt[];
  /** Messages that still wait in the outbox. */
  waiting: number;
}

export interface KeptVerification {
  sid: string;
  to: string;
  status: string;
  checks: number;
  attempts: string[];
  events: string[];
}

export interface KeptAttempt {
  sid: string;
  verificationSid: string;
  to: string;
  channel: string;
  isConverted: boolean;
  status: string;
  /** Why it failed, if it did. */
  errorCode: string | null;
  /** When its code is worthless, by the server's clock. */
  expiresAt: number;
}

/** The records of one type. */
export function recordsOf<Type extends HistoryRecord["type"]>(history: History, type: Type) {
  return history.filter((record): record is Extract<HistoryRecord, { type: Type }> => record.type === type);
}

/** A line of JSON for each record. */
export function writeHistory(path: string, history: History): void {
  writeFileSync(path, history.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

export function readHistory(path: string): History {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
