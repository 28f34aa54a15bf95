import { limits } from "../kernel/limits.ts";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import type { FactType } from "./ledger.ts";
import {
  type CodeBinding,
  isLocked,
  type SealedCode,
  type SendAttempt,
  type SnaState,
  secondsLeft,
  statusAt,
  type Verification,
} from "./verification.ts";

/** A start that passed every check that needs no state. The sids and the sealed code are used only if they are needed. */
export interface StartCommand
  extends Pick<
    Verification,
    "accountSid" | "serviceSid" | "recipient" | "country" | "channel" | "amount" | "payee" | "lookup"
  > {
  /** Whether the caller brought the code, which a re-send cannot change. */
  isCustomCode: boolean;
  /** Until when no code of its kind is started, for too many guesses; 0 where it may be. */
  refusedUntil?: number;
  /** Whether the guard lets it pass since the account has its number on its safe list. */
  isSafe?: boolean;
  lifetimeSeconds: number;
  newSid: string;
  attemptSid: string;
  /** Seals the new code for the verification that it will belong to. */
  sealCode: (binding: CodeBinding) => SealedCode;
  /** Whether another code of the caller's replaces the pending one, and its outcome is told by feedback, as on v1. */
  isLegacyCustomCode?: boolean;
  /** Whether the caller's own code is the one that is pending. */
  isSameCode: (verification: Verification) => boolean;
  sna: Pick<SnaState, "urlToken" | "needsClientToken"> | null;
}

/** The verification after the start, and the send that it causes. */
export interface Started {
  verification: Verification;
  attempt: SendAttempt;
  isNew: boolean;
}

/**
 * Starts a verification, or sends the pending one's code again: same sid, same code, same window, one attempt more.
 * @returns 60202 while too many checks lock the recipient, or too many before forbid a code that cannot grow, 60203 for
 *   the sixth send, 60200 when a re-send would change what the code is bound to.
 */
export function decideStart(
  current: Verification | undefined,
  command: StartCommand,
  now: number,
): Outcome<Started, 60200 | 60202 | 60203> {
  const { refusedUntil = 0 } = command;
  const tooManyChecks = (until: number) => refused(60202, { retryAfterSeconds: Math.ceil((until - now) / 1000) });
  if (!current || !isOpen(current, now)) {
    return now < refusedUntil ? tooManyChecks(refusedUntil) : accepted(startNew(command, now));
  }
  if (isLocked(current, now)) return tooManyChecks(Math.max(current.expiresAt, refusedUntil));
  if (current.attempts.length >= limits.sendsMax) {
    return refused(60203, { retryAfterSeconds: secondsLeft(current, now) });
  }
  if (command.amount !== current.amount) return invalid("Amount");
  if (command.payee !== current.payee) return invalid("Payee");
  const isOtherCode = command.isCustomCode && !command.isSameCode(current);
  if (isOtherCode && !command.isLegacyCustomCode) return invalid("CustomCode");
  if (isOtherCode && now < refusedUntil) return tooManyChecks(refusedUntil);
  return accepted(sendAgain(isOtherCode ? withCode(current, command) : current, command, now));
}

/** What a start did to a verification. */
export function startFacts({ isNew }: Started): FactType[] {
  return isNew ? ["started", "sent"] : ["sent"];
}

/** Whether a start does not begin anew: it sends again, or is refused. */
export function isOpen(verification: Verification, now: number): boolean {
  const status = statusAt(verification, now);
  return status === "pending" || status === "max_attempts_reached";
}

function startNew(command: StartCommand, now: number): Started {
  const { accountSid, serviceSid, recipient, country, channel, amount, payee, lookup } = command;
  const attempt = newAttempt(command, now);
  const verification: Verification = {
    accountSid,
    serviceSid,
    sid: command.newSid,
    recipient,
    country,
    channel,
    status: "pending",
    code: command.sealCode({ serviceSid, recipient, amount, payee }),
    amount,
    payee,
    attempts: [attempt],
    checks: 0,
    sna: command.sna && { ...command.sna, isConfirmed: false, errors: [] },
    lookup,
    createdAt: now,
    updatedAt: now,
    expiresAt: now + command.lifetimeSeconds * 1000,
  };
  return { verification, attempt, isNew: true };
}

function newAttempt(command: StartCommand, at: number): SendAttempt {
  const attempt: SendAttempt = { sid: command.attemptSid, channel: command.channel, at };
  if (command.isLegacyCustomCode) attempt.feedback = null;
  if (command.isSafe) attempt.isSafe = true;
  return attempt;
}

/** The checks that were used up for the old code count for the new one. */
function withCode(current: Verification, { sealCode }: StartCommand): Verification {
  return { ...current, code: sealCode(current) };
}

function sendAgain(current: Verification, command: StartCommand, now: number): Started {
  const attempt = newAttempt(command, now);
  // A new SNA attempt keeps what the earlier ones ran into: the check reports them in order.
  const sna = command.sna ? { ...command.sna, isConfirmed: false, errors: current.sna?.errors ?? [] } : current.sna;
  const verification: Verification = {
    ...current,
    channel: command.channel,
    attempts: [...current.attempts, attempt],
    sna,
    lookup: command.lookup ?? current.lookup,
    updatedAt: now,
  };
  return { verification, attempt, isNew: false };
}
