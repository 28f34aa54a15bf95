import { visible } from "@countersign/document";
import type { Counter, GuardNames, GuardState } from "../guard/counts.ts";
import { type StartVerdict, startGuard } from "../guard/guard.ts";
import type { CarrierLookup } from "../kernel/carrier-lookup.ts";
import type { Author } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import type { Locale } from "../kernel/locale.ts";
import type { Recipient } from "../kernel/recipient.ts";
import { CallerGoneError } from "../kernel/refusal.ts";
import { type CountedStart, judgeLimits, type NamedLimit } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import type { ChosenTemplate } from "../templates/template.ts";
import type { CallFact } from "../v1/application.ts";
import { type ComposedSend, composedSend, deliver, type StartParts } from "./composed-send.ts";
import { decideStart, isOpen, type StartCommand, type Started, startFacts } from "./decide-start.ts";
import { decideEnd, endedBy } from "./end.ts";
import { grownLength, guessKeys, refusedUntil } from "./guesses.ts";
import type { Decision, VerificationCommand, VerificationState } from "./ledger.ts";
import { tooLongSms } from "./message.ts";
import type { Sender } from "./sender.ts";
import { newSna } from "./sna.ts";
import type { Tags } from "./tags.ts";
import type { CodeVault } from "./vault.ts";
import type { Verification } from "./verification.ts";

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
  /** Only where the caller makes and checks the codes by itself, and so begins anew with each. */
  anew?: Anew<Answer>;
  /** The address of the person's device. */
  client?: string | undefined;
  /** Whether the caller wants the prefix not looked at for SMS. */
  isSmsUnchecked?: boolean;
  /** The service's rate limits that the start names. */
  rateLimits?: readonly NamedLimit[];
  /** Whether nobody waits for the answer any more: then nothing is sent. */
  hasHungUp: () => boolean;
  texts: { CustomFriendlyName?: string; AppHash?: string; SendDigits?: string };
  /** Whom an e-mail comes from; the operator's address where the start says nothing. */
  sender?: Sender;
  tags?: Tags | undefined;
  /** Only where it can come to silent network authentication. */
  sna?: { needsClientToken: boolean } | undefined;
  noService: Answer;
  /**
   * What is sent under the service's settings, or what these rule out.
   * @param isPermitted whether neither the number's country nor its range is a reason to refuse it
   */
  choose(service: Service, isPermitted: boolean): { choice: StartChoice } | { answer: Answer };
  /** @param headers tell how long the code is, and which rate limits are used up now */
  answer(started: Started, now: number, headers: CountedStart["headers"]): Answer;
  refused(refused: NonNullable<StartVerdict["refused"]> | StartRefused | LimitRefused): Answer;
  /** What reactions hear of the call, besides. @param verification as it is now, or as it stands in the way */
  facts?(answer: Answer, verification: Verification | undefined, now: number): CallFact[];
}

/** A start with another code than the pending one ends that verification, and begins another. */
interface Anew<Answer> {
  /** Who ends the pending one. */
  by: Author;
  /** Counts the request, where it says which one it is: so it is known when it comes again. */
  counter: Counter | undefined;
  /** To what came once already, or has the pending code: nothing is sent again. */
  repeated: Answer;
}

export interface StartChoice extends Pick<StartCommand, "channel" | "amount" | "payee" | "lookup"> {
  codeLength: number;
  /** How the message reads; as every message of the service where there is none. */
  template?: ChosenTemplate | undefined;
}

type LimitRefused = Extract<ReturnType<typeof judgeLimits>, { ok: false }>;
type StartRefused = Extract<ReturnType<typeof decideStart>, { ok: false }>;
type Decided<Answer> = { answer: Answer; send?: ComposedSend | undefined; verdict?: StartVerdict | undefined };

/** Starts a verification, or sends again, and gives the message to whoever delivers it. */
export async function start<Answer>(dependencies: StartParts, request: StartRequest<Answer>): Promise<Answer> {
  const plan = planStart(dependencies, request);
  const command = commandOf<Decided<Answer>>(request, plan, (state, now) => {
    const decision = decide(dependencies, request, plan, state, now);
    if (!request.facts) return decision;
    const call = request.facts(decision.outcome.answer, decision.verification ?? state.current, now);
    return { ...decision, facts: [...(decision.facts ?? []), ...call] };
  });
  const { answer, send, verdict } = await dependencies.store.decide(command);
  verdict?.report();
  if (send) await deliver(dependencies, send);
  return answer;
}

/** What a start would answer. Nothing is made, sent or counted, and the guard tells of what it would refuse. */
export async function judgeStart<Answer>(dependencies: StartParts, request: StartRequest<Answer>): Promise<Answer> {
  const plan = planStart(dependencies, request);
  const command = commandOf<Decided<Answer>>(request, plan, (state, now) => ({
    outcome: decide(dependencies, request, plan, state, now).outcome,
  }));
  const { answer, verdict } = await dependencies.store.decide(command);
  verdict?.report();
  return answer;
}

/** A start with what its decision has to know. */
function commandOf<T>(
  { accountSid, serviceSid, recipient, rateLimits = [], anew }: StartRequest<unknown>,
  { guard, guesses }: Plan,
  decide: VerificationCommand<T>["decide"],
): VerificationCommand<T> {
  const target = { recipient: recipient.value };
  const named = guardNeeds(guard?.names, anew?.counter);
  return { accountSid, serviceSid, target, guard: named, rateLimits, guesses, begins: true, decide };
}

function guardNeeds(names: GuardNames = noNames, counter: Counter | undefined): GuardNames | undefined {
  const asked = counter === undefined ? names : { ...names, counters: [...names.counters, counter] };
  return Object.values(asked).some((each) => each.length > 0) ? asked : undefined;
}

const noNames: GuardNames = { counters: [], prefixes: [], recipients: [], safe: [] };

type Plan = ReturnType<typeof planStart>;

/** Everything that a start brings, made before the lock is taken. */
function planStart({ vault, newSid, newCode, guard, clock }: StartParts, request: StartRequest<unknown>) {
  const { accountSid, serviceSid, recipient, sna } = request;
  const attemptSid = newSid("VL");
  const owner = { accountSid, serviceSid, recipient: recipient.value, attemptSid };
  return {
    newSid: newSid("VE"),
    attemptSid,
    /** Of which a code takes as many as it has. */
    digits: newCode(limits.codeLengthMax, recipient),
    sna: sna ? newSna(vault, owner, sna.needsClientToken) : null,
    guard: guard && startGuard(guard, request, clock()),
    guesses: guessKeys(vault, accountSid, recipient.value),
  };
}

function decide<Answer>(
  dependencies: StartParts,
  request: StartRequest<Answer>,
  plan: Plan,
  { service, current: found, guard, rateLimits, guesses }: VerificationState,
  now: number,
): Decision<Decided<Answer>> {
  if (request.hasHungUp()) throw new CallerGoneError();
  if (!service) return { outcome: { answer: request.noService } };
  const { anew } = request;
  if (anew && isRepeated(dependencies.vault, request, found, guard, now)) return { outcome: { answer: anew.repeated } };
  const ended = anew && decideEnd(found, "canceled", now);
  const before = anew && ended?.ok ? endedBy(anew.by, ended.value, "canceled", now) : undefined;
  const current = before ? undefined : found;
  const chosen = request.choose(service, plan.guard?.isPermitted(guard) ?? false);
  if ("answer" in chosen) return { outcome: chosen };
  const { channel, template } = chosen.choice;
  const isNew = !current || !isOpen(current, now);
  const verdict = plan.guard?.judge(channel, isNew, guard);
  if (verdict?.refused)
    return { outcome: { answer: request.refused(verdict.refused), verdict }, blocks: verdict.blocks };
  const limited = judgeLimits(request.rateLimits ?? [], rateLimits, now);
  if (!limited.ok) return { outcome: { answer: request.refused(limited) } };
  const { guessing } = dependencies;
  const wanted = { length: chosen.choice.codeLength, recipient: request.recipient.value };
  const code = request.customCode ?? plan.digits.slice(0, grownLength(guessing, wanted, guesses, now));
  const command = startCommand(dependencies, request, plan, chosen.choice, {
    code,
    isSafe: plan.guard?.isSafe(guard) ?? false,
    // Where the caller checks by itself nobody guesses here.
    refusedUntil: anew ? 0 : refusedUntil(guessing, request.customCode !== undefined, guesses, now),
  });
  const started = decideStart(current, command, now);
  if (!started.ok) return { outcome: { answer: request.refused(started) } };
  const { verification } = started.value;
  const newCode = isNew || request.customCode !== undefined ? code : null;
  const { attemptSid } = plan;
  const written = template ? { ...request, locale: template.locale } : request;
  const context = { request: written, attemptSid, service, verification, newCode, channel, template };
  const send = composedSend(dependencies, context, now);
  const { amount, payee } = verification;
  const tooLong = send && tooLongSms(send.content, { amount, payee, template }, request.texts);
  if (tooLong) return { outcome: { answer: request.refused(tooLong) } };
  const counts = verdict?.counts ?? [];
  const once = anew?.counter && { counter: anew.counter, used: 1, approved: 0, max: 1, isProof: true };
  return {
    before,
    outcome: {
      answer: request.answer(started.value, now, Object.assign(lengthHeader(verification), limited.headers)),
      send,
      verdict,
    },
    verification,
    tags: request.tags,
    told: dependencies.tellsAll?.(service) ? toldOf(request) : undefined,
    sends: send ? [send] : [],
    facts: startFacts(started.value),
    bucketCounts: limited.counts,
    counts: once ? [...counts, once] : counts,
    blocks: verdict?.blocks ?? [],
  };
}

/** Whether the same start was made before: it names itself, or its code is the one that is pending. */
function isRepeated(
  vault: CodeVault,
  { anew, customCode = "" }: StartRequest<unknown>,
  found: Verification | undefined,
  guard: GuardState,
  now: number,
): boolean {
  if (anew?.counter !== undefined && guard.count(anew.counter).used > 0) return true;
  return found?.code != null && isOpen(found, now) && vault.matches(customCode, found.code, found);
}

/** How long the code is for which the person is asked: it may be longer than the last one. */
function lengthHeader({ channel, code }: Verification): CountedStart["headers"] {
  return channel === "sna" || !code ? {} : { "Countersign-Code-Length": String(code.length) };
}

/** What events will tell of the send. */
function toldOf({ texts, tags, customCode }: StartRequest<unknown>): Decision<never>["told"] {
  const name = visible(texts.CustomFriendlyName);
  const told = {
    ...(name !== undefined && { name }),
    ...(tags && { tags }),
    ...(customCode !== undefined && { hasOwnCode: true }),
  };
  return Object.keys(told).length > 0 ? told : undefined;
}

function startCommand(
  { vault, lifetimeSeconds }: StartParts,
  { accountSid, serviceSid, recipient, customCode, isLegacy = false }: StartRequest<unknown>,
  { newSid, attemptSid, sna }: Plan,
  choice: StartChoice,
  { code, isSafe, refusedUntil }: { code: string } & Pick<Required<StartCommand>, "isSafe" | "refusedUntil">,
): StartCommand {
  const isCustomCode = customCode !== undefined;
  const { channel, amount, payee, lookup } = choice;
  return {
    isSafe,
    refusedUntil,
    channel,
    amount,
    payee,
    lookup,
    accountSid,
    serviceSid,
    recipient: recipient.value,
    country: recipient.kind === "phone" ? recipient.country : null,
    isCustomCode,
    isLegacyCustomCode: isCustomCode && isLegacy,
    lifetimeSeconds,
    newSid,
    attemptSid,
    sealCode: (binding) => vault.seal(code, binding),
    isSameCode: (pending) => pending.code !== null && vault.matches(code, pending.code, pending),
    sna: channel === "sna" ? sna : null,
  };
}
