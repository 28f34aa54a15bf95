import { hash } from "node:crypto";
import type { LoggedFact } from "../../verifications/ledger.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { ChangedVerification } from "../fold.ts";

export const verificationColumns = `service_sid, sid, account_sid, recipient, is_latest, revision, channel, status, code,
  amount, payee, attempts, checks, sna, lookup, created_at, updated_at, expires_at`;

export interface VerificationRow {
  service_sid: string;
  sid: string;
  account_sid: string;
  recipient: string;
  is_latest: boolean;
  revision: number;
  channel: Verification["channel"];
  status: Verification["status"];
  code: Verification["code"];
  amount: string | null;
  payee: string | null;
  attempts: Verification["attempts"];
  checks: number;
  sna: Verification["sna"];
  lookup: Verification["lookup"];
  created_at: number;
  updated_at: number;
  expires_at: number;
}

export function verificationOf(row: VerificationRow): Verification {
  return {
    accountSid: row.account_sid,
    serviceSid: row.service_sid,
    sid: row.sid,
    recipient: row.recipient,
    channel: row.channel,
    status: row.status,
    code: row.code,
    amount: row.amount,
    payee: row.payee,
    attempts: row.attempts,
    checks: row.checks,
    sna: row.sna,
    lookup: row.lookup,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
  };
}

/** What a verification is born with. */
export function newVerificationRow(changed: ChangedVerification) {
  const { accountSid, serviceSid, recipient, createdAt } = changed.verification;
  return {
    ...changedVerificationRow(changed),
    account_sid: accountSid,
    recipient,
    lock_key: lockKey(serviceSid, recipient),
    revision: 1,
    created_at: createdAt,
  };
}

/** Its key, what may change, and the facts to append. */
export function changedVerificationRow({ verification, isLatest, revision, facts }: ChangedVerification) {
  return {
    service_sid: verification.serviceSid,
    sid: verification.sid,
    is_latest: isLatest,
    revision,
    channel: verification.channel,
    status: verification.status,
    code: verification.code,
    amount: verification.amount,
    payee: verification.payee,
    attempts: verification.attempts,
    checks: verification.checks,
    sna: verification.sna,
    lookup: verification.lookup,
    events: factLines(facts),
    updated_at: verification.updatedAt,
    expires_at: verification.expiresAt,
  };
}

/** One line for each fact, so that to append is to concatenate. */
function factLines(facts: LoggedFact[]): string {
  return facts.map(({ at, type }) => `${at} ${type}\n`).join("");
}

export function factsOf(lines: string): LoggedFact[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [at, type] = line.split(" ");
      return { at: Number(at), type: type as LoggedFact["type"] };
    });
}

/** 64 bits of a hash, as text. Two recipients with the same key only wait for each other. */
export function lockKey(serviceSid: string, recipient: string): string {
  return hash("sha256", `${serviceSid} ${recipient}`, "buffer").readBigInt64BE().toString();
}
