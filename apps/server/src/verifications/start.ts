import { type StartBlock, type StartLimit, startGuard } from "../guard/start-guard.ts";
import { limits } from "../kernel/limits.ts";
import type { Locale } from "../kernel/locale.ts";
import type { Recipient } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, refused } from "../kernel/refusal.ts";
import { type CountedStart, judgeLimits, type NamedLimit } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { CallFact } from "../v1/call-fact.ts";
import { type ComposedSend, composedSend, deliver, type StartParts } from "./composed-send.ts";
import type { Decision, FactType, VerificationState } from "./ledger.ts";
import { sealSnaToken } from "./sna-token.ts";
import {
  type CarrierLookup,
  type Channel,
  type CodeBinding,
  isLocked,
  type SealedCode,
  type SendAttempt,
  type SnaState,
  secondsLeft,
  statusAt,
  type Verification,
} from "./verification.ts";

/** A start as an API asks for it, and how that API tells what came of it. */
export interface StartRequest<Answer> {
  accountSid: string;
  serviceSid: string;
  recipient: Recipient;
  locale: Locale;
  lookup: CarrierLookup | null;
  /** The code that the caller brought, if any. */
  customCode: string | undefined;
  /** Whether another code of the caller's replaces the pending one, as on v1. */
  isLegacy?: boolean;
  /** The address of the person's device. */
  client?: string | undefined;
  /** Whether the caller wants neither prefix nor country looked at for SMS. */
  isSmsUnchecked?: boolean;
  /** The service's rate limits that the start names. */
  rateLimits?: readonly NamedLimit[];
  texts: { CustomFriendlyName?: string; AppHash?: string; SendDigits?: string };
  /** Only where it can come to silent network authentication. */
  sna?: { needsClientToken: boolean };
  noService: Answer;
  /** What is sent under the service's settings, or what these rule out. */
  choose(service: Service): { choice: StartChoice } | { answer: Answer };
  /** @param headers tell which rate limits are used up now */
  answer(started: Started, now: number, headers: CountedStart["headers"]): Answer;
  refused(refused: StartBlock["refused"] | StartRefused | LimitRefused): Answer;
  /** What reactions hear of the call, besides. @param verification as it is now, or as it stands in the way */
  facts?(answer: Answer, verification: Verification | undefined, now: number): CallFact[];
}

export interface StartChoice extends Pick<StartCommand, "channel" | "amount" | "payee" | "lookup"> {
  codeLength: number;
}

type LimitRefused = Extract<ReturnType<typeof judgeLimits>, { ok: false }>;
type StartRefused = Extract<ReturnType<typeof decideStart>, { ok: false }>;
type Decided<Answer> = { answer: Answer; send?: ComposedSend | undefined; blocked?: StartBlock };

/** Starts a verification, or sends again, and gives the message to whoever delivers it. */
export async function start<Answer>(dependencies: StartParts, request: StartRequest<Answer>): Promise<Answer> {
  const { accountSid, serviceSid, recipient, rateLimits = [] } = request;
  const plan = planStart(dependencies, request);
  const names = plan.limits.map((limit) => limit.names);
  const { answer, send, blocked } = await dependencies.store.decide<Decided<Answer>>({
    accountSid,
    serviceSid,
    target: { recipient: recipient.value },
    ...(names.length > 0 && {
      guard: {
        counters: names.flatMap(({ counters }) => counters),
        prefixes: names.flatMap(({ prefixes }) => prefixes),
      },
    }),
    rateLimits,
    decide(state, now) {
      const decision = decide(dependencies, request, plan, state, now);
      const call = request.facts?.(decision.outcome.answer, decision.verification ?? state.current, now) ?? [];
      return { ...decision, facts: [...(decision.facts ?? []), ...call] };
    },
  });
  blocked?.report();
  if (send) await deliver(dependencies, send);
  return answer;
}

type Plan = ReturnType<typeof planStart>;

/** Everything that a start brings, made before the lock is taken. */
function planStart({ vault, newSid, newCode, guard, clock }: StartParts, request: StartRequest<unknown>) {
  const { accountSid, serviceSid, recipient, sna } = request;
  const attemptSid = newSid("VL");
  const clientToken = sna?.needsClientToken ? vault.newCode(10) + vault.newCode(10) : null;
  return {
    newSid: newSid("VE"),
    attemptSid,
    /** Of which a code takes as many as it has. */
    digits: newCode(10, recipient),
    sna: sna
      ? {
          urlToken: sealSnaToken(vault, {
            accountSid,
            serviceSid,
            recipient: recipient.value,
            attemptSid,
            clientToken,
          }),
          needsClientToken: clientToken !== null,
        }
      : null,
    /** Each must let it pass, and then all count it. */
    limits: guard ? [startGuard(guard, request, clock())] : ([] as StartLimit[]),
  };
}

function decide<Answer>(
  dependencies: StartParts,
  request: StartRequest<Answer>,
  plan: Plan,
  { service, current, guard, rateLimits }: VerificationState,
  now: number,
): Decision<Decided<Answer>> {
  if (!service) return { outcome: { answer: request.noService } };
  const chosen = request.choose(service);
  if ("answer" in chosen) return { outcome: chosen };
  const { channel } = chosen.choice;
  const isNew = !current || !isOpen(current, now);
  for (const limit of plan.limits) {
    const blocked = limit.judge(channel, isNew, guard);
    if (!blocked) continue;
    return { outcome: { answer: request.refused(blocked.refused), blocked }, blocks: blocked.blocks };
  }
  const limited = judgeLimits(request.rateLimits ?? [], rateLimits, now);
  if (!limited.ok) return { outcome: { answer: request.refused(limited) } };
  const code = request.customCode ?? plan.digits.slice(0, chosen.choice.codeLength);
  const started = decideStart(current, startCommand(dependencies, request, plan, chosen.choice, code), now);
  if (!started.ok) return { outcome: { answer: request.refused(started) } };
  const { verification } = started.value;
  const newCode = isNew || request.customCode !== undefined ? code : null;
  const { attemptSid } = plan;
  const send = composedSend(dependencies, { ...request, attemptSid, service, verification, newCode, channel }, now);
  return {
    outcome: { answer: request.answer(started.value, now, limited.headers), send },
    verification,
    sends: send ? [send] : [],
    facts: startFacts(started.value),
    bucketCounts: limited.counts,
    counts: plan.limits.flatMap((limit) => limit.counts(channel, isNew, guard)),
  };
}

function startCommand(
  { vault, lifetimeSeconds }: StartParts,
  { accountSid, serviceSid, recipient, customCode, isLegacy = false }: StartRequest<unknown>,
  { newSid, attemptSid, sna }: Plan,
  { channel, amount, payee, lookup }: StartChoice,
  code: string,
): StartCommand {
  const isCustomCode = customCode !== undefined;
  return {
    accountSid,
    serviceSid,
    recipient: recipient.value,
    channel,
    amount,
    payee,
    isCustomCode,
    isLegacyCustomCode: isCustomCode && isLegacy,
    lifetimeSeconds,
    lookup,
    newSid,
    attemptSid,
    sealCode: (binding) => vault.seal(code, binding),
    isSameCode: (pending) => pending.code !== null && vault.matches(code, pending.code, pending),
    sna: channel === "sna" ? sna : null,
  };
}

/** A start that passed every check that needs no state. The sids and the sealed code are used only if they are needed. */
export interface StartCommand {
  accountSid: string;
  serviceSid: string;
  recipient: string;
  channel: Channel;
  amount: string | null;
  payee: string | null;
  /** Whether the caller brought the code, which a re-send cannot change. */
  isCustomCode: boolean;
  lifetimeSeconds: number;
  lookup: CarrierLookup | null;
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
 * @returns 60202 while too many checks lock the recipient, 60203 for the sixth send, 60200 when a re-send would change
 *   what the code is bound to.
 */
export function decideStart(
  current: Verification | undefined,
  command: StartCommand,
  now: number,
): Outcome<Started, 60200 | 60202 | 60203> {
  if (!current || !isOpen(current, now)) return accepted(startNew(command, now));
  const retryAfterSeconds = secondsLeft(current, now);
  if (isLocked(current, now)) return refused(60202, { retryAfterSeconds });
  if (current.attempts.length >= limits.sendsMax) return refused(60203, { retryAfterSeconds });
  if (command.amount !== current.amount) return invalid("Amount");
  if (command.payee !== current.payee) return invalid("Payee");
  const isOtherCode = command.isCustomCode && !command.isSameCode(current);
  if (isOtherCode && !command.isLegacyCustomCode) return invalid("CustomCode");
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
  const { accountSid, serviceSid, recipient, channel, amount, payee, lookup } = command;
  const attempt = newAttempt(command, now);
  const verification: Verification = {
    accountSid,
    serviceSid,
    sid: command.newSid,
    recipient,
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

function newAttempt({ attemptSid: sid, channel, isLegacyCustomCode }: StartCommand, at: number): SendAttempt {
  return { sid, channel, at, ...(isLegacyCustomCode && { feedback: null }) };
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
