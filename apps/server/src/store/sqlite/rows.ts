import type { Attempt } from "../../attempts/attempt.ts";
import type { ClaimedMessage, OutboxMessage } from "../../delivery/outbox.ts";
import type { Service } from "../../services/service.ts";
import type { VerificationFact } from "../../verifications/fact.ts";
import type { Verification } from "../../verifications/verification.ts";
import type { StoredVerification } from "../fold.ts";

/** How the things of the port stand in rows. A row is an array in the order of its columns. */

export const serviceColumns = "sid, account_sid, settings, created_at, updated_at";
export type ServiceRow = [sid: string, accountSid: string, settings: string, createdAt: number, updatedAt: number];

export function serviceOf([sid, accountSid, settings, createdAt, updatedAt]: ServiceRow): Service {
  return { accountSid, sid, settings: JSON.parse(settings), createdAt, updatedAt };
}

export function serviceRow({ sid, accountSid, settings, createdAt, updatedAt }: Service): ServiceRow {
  return [sid, accountSid, JSON.stringify(settings), createdAt, updatedAt];
}

/** A verification stands in its row as JSON; the columns beside it are for finding it. */
export function verificationsOf(states: string): StoredVerification[] {
  const rows: [isLatest: number, verification: Verification][] = JSON.parse(`[${states}]`);
  // No other process writes during the transaction, so that it needs no revision.
  return rows.map(([isLatest, verification]) => ({ verification, isLatest: isLatest === 1, revision: 1 }));
}

export function stateOf(verification: Verification): string {
  return JSON.stringify(verification);
}

/** When it ended, or when its window will end. */
export function endedAt({ status, updatedAt, expiresAt }: Verification): number {
  return status === "approved" || status === "canceled" ? updatedAt : expiresAt;
}

/** One line of JSON for each. */
export function factLines(facts: readonly VerificationFact[]): string {
  return facts.map(({ at, type }) => `${JSON.stringify({ at, type })}\n`).join("");
}

export function factsOf(lines: string): Pick<VerificationFact, "at" | "type">[] {
  return lines.split("\n").flatMap((line) => (line ? [JSON.parse(line)] : []));
}

export const attemptColumns = `account_sid, created_at, sid, service_sid, verification_sid, recipient, channel,
  is_converted, status, error_code, country, code_length, locale, lookup, updated_at, expires_at`;

export type AttemptRow = [
  accountSid: string,
  createdAt: number,
  sid: string,
  serviceSid: string,
  verificationSid: string,
  recipient: string | null,
  channel: Attempt["channel"],
  isConverted: number,
  status: Attempt["delivery"]["status"],
  errorCode: string | null,
  country: string | null,
  codeLength: number,
  locale: string | null,
  lookup: string | null,
  updatedAt: number,
  expiresAt: number,
];

export function attemptOf(row: AttemptRow): Attempt {
  const [accountSid, createdAt, sid, serviceSid, verificationSid, recipient, channel, isConverted, ...rest] = row;
  const [status, errorCode, country, codeLength, locale, lookup, updatedAt, expiresAt] = rest;
  return {
    accountSid,
    serviceSid,
    sid,
    verificationSid,
    recipient,
    channel,
    isConverted: isConverted === 1,
    delivery: { status, errorCode },
    country,
    codeLength,
    locale,
    lookup: lookup === null ? null : JSON.parse(lookup),
    createdAt,
    updatedAt,
    expiresAt,
  };
}

export function attemptRow(attempt: Attempt): AttemptRow {
  return [
    attempt.accountSid,
    attempt.createdAt,
    attempt.sid,
    attempt.serviceSid,
    attempt.verificationSid,
    attempt.recipient,
    attempt.channel,
    Number(attempt.isConverted),
    attempt.delivery.status,
    attempt.delivery.errorCode,
    attempt.country,
    attempt.codeLength,
    attempt.locale,
    attempt.lookup && JSON.stringify(attempt.lookup),
    attempt.updatedAt,
    attempt.expiresAt,
  ];
}

export const messageColumns = "service_sid, attempt_sid, account_sid, channel, sealed, created_at, expires_at";

export type MessageRow = [
  serviceSid: string,
  attemptSid: string,
  accountSid: string,
  channel: OutboxMessage["channel"],
  sealed: string,
  createdAt: number,
  expiresAt: number,
];

export const claimedColumns = `${messageColumns}, tries, error_code`;

export type ClaimedMessageRow = [...MessageRow, tries: number, errorCode: string | null];

export function claimedOf(row: ClaimedMessageRow): ClaimedMessage {
  const [serviceSid, attemptSid, accountSid, channel, sealed, createdAt, expiresAt, tries, errorCode] = row;
  return { accountSid, serviceSid, attemptSid, channel, sealed, createdAt, expiresAt, tries, errorCode };
}

export function messageRow(message: OutboxMessage): MessageRow {
  const { serviceSid, attemptSid, accountSid, channel, sealed, createdAt, expiresAt } = message;
  return [serviceSid, attemptSid, accountSid, channel, sealed, createdAt, expiresAt];
}

/** `?, ?, ?`: as many parameters as there are columns. */
export function placeholders(columns: string): string {
  return columns.replaceAll(/\w+/g, "?");
}
