import { hash } from "node:crypto";
import type { Attempt } from "../../attempts/attempt.ts";
import type { ClaimedMessage, OutboxMessage } from "../../delivery/outbox.ts";
import type { Service, ServiceSettings } from "../../services/service.ts";
import type { VerificationFact } from "../../verifications/fact.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { ChangedVerification } from "../fold.ts";

export const serviceColumns = "sid, account_sid, settings, created_at, updated_at";

export interface ServiceRow {
  sid: string;
  account_sid: string;
  settings: ServiceSettings;
  created_at: number;
  updated_at: number;
}

export function serviceOf(row: ServiceRow): Service {
  const { sid, account_sid: accountSid, settings, created_at: createdAt, updated_at: updatedAt } = row;
  return { accountSid, sid, settings, createdAt, updatedAt };
}

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
function factLines(facts: VerificationFact[]): string {
  return facts.map(({ at, type }) => `${at} ${type}\n`).join("");
}

export function factsOf(lines: string): Pick<VerificationFact, "at" | "type">[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [at, type] = line.split(" ");
      return { at: Number(at), type: type as VerificationFact["type"] };
    });
}

/** 64 bits of a hash, as text. Two recipients with the same key only wait for each other. */
export function lockKey(serviceSid: string, recipient: string): string {
  return hash("sha256", `${serviceSid} ${recipient}`, "buffer").readBigInt64BE().toString();
}

export const attemptColumns = `service_sid, sid, account_sid, verification_sid, recipient, channel, is_converted, status,
  error_code, country, code_length, locale, lookup, created_at, updated_at, expires_at`;

export interface AttemptRow {
  service_sid: string;
  sid: string;
  account_sid: string;
  verification_sid: string;
  recipient: string | null;
  channel: Attempt["channel"];
  is_converted: boolean;
  status: Attempt["delivery"]["status"];
  error_code: string | null;
  country: string | null;
  code_length: number;
  locale: string | null;
  lookup: Attempt["lookup"];
  created_at: number;
  updated_at: number;
  expires_at: number;
}

export function attemptOf(row: AttemptRow): Attempt {
  return {
    accountSid: row.account_sid,
    serviceSid: row.service_sid,
    sid: row.sid,
    verificationSid: row.verification_sid,
    recipient: row.recipient,
    channel: row.channel,
    isConverted: row.is_converted,
    delivery: { status: row.status, errorCode: row.error_code },
    country: row.country,
    codeLength: row.code_length,
    locale: row.locale,
    lookup: row.lookup,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
  };
}

export function attemptRow(attempt: Attempt): AttemptRow {
  return {
    service_sid: attempt.serviceSid,
    sid: attempt.sid,
    account_sid: attempt.accountSid,
    verification_sid: attempt.verificationSid,
    recipient: attempt.recipient,
    channel: attempt.channel,
    is_converted: attempt.isConverted,
    status: attempt.delivery.status,
    error_code: attempt.delivery.errorCode,
    country: attempt.country,
    code_length: attempt.codeLength,
    locale: attempt.locale,
    lookup: attempt.lookup,
    created_at: attempt.createdAt,
    updated_at: attempt.updatedAt,
    expires_at: attempt.expiresAt,
  };
}

export const messageColumns = "service_sid, attempt_sid, account_sid, channel, sealed, created_at, expires_at";

export interface MessageRow {
  service_sid: string;
  attempt_sid: string;
  account_sid: string;
  channel: OutboxMessage["channel"];
  sealed: string;
  created_at: number;
  expires_at: number;
}

export interface ClaimedMessageRow extends MessageRow {
  tries: number;
  error_code: string | null;
}

export function claimedOf(row: ClaimedMessageRow): ClaimedMessage {
  return {
    tries: row.tries,
    errorCode: row.error_code,
    accountSid: row.account_sid,
    serviceSid: row.service_sid,
    attemptSid: row.attempt_sid,
    channel: row.channel,
    sealed: row.sealed,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** It is due when the lease of whoever decided ends; who has a lease is about to give it to its channel. */
export function messageRow(message: OutboxMessage, leaseSeconds: number) {
  return {
    tries: Number(leaseSeconds > 0),
    service_sid: message.serviceSid,
    attempt_sid: message.attemptSid,
    account_sid: message.accountSid,
    channel: message.channel,
    sealed: message.sealed,
    created_at: message.createdAt,
    expires_at: message.expiresAt,
    due_at: message.createdAt + leaseSeconds * 1000,
  };
}
