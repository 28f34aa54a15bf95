import type { BlockedSend } from "../guard/send-guard.ts";
import { blocksOf, type StartGuard, startGuard, v1GuardRefusal } from "../guard/start-guard.ts";
import { carrierLookup, isUnserved } from "../kernel/carrier-lookup.ts";
import { type Locale, resolveLocale } from "../kernel/locale.ts";
import type { PhoneRecipient } from "../kernel/recipient.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { Service } from "../services/service.ts";
import { type ComposedSend, composedSend, deliver, type StartParts } from "../verifications/composed-send.ts";
import type { Decision, VerificationState } from "../verifications/ledger.ts";
import { decideStart, isOpen, type StartCommand, type Started, startFacts } from "../verifications/start.ts";
import { wholeSecondsLeft } from "../verifications/status.ts";
import type { CarrierLookup } from "../verifications/verification.ts";
import type { V1Handler, V1Request } from "./handler.ts";
import { uuidOfSid } from "./keys.ts";
import { parseNationalNumber, shownNumber } from "./national-number.ts";
import { startCallFacts } from "./phone-reports.ts";
import { type V1Refusal, v1Refused } from "./refusal.ts";
import { startText } from "./texts.ts";

type Id = "startPhoneVerification";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;
type Code = Extract<Answer, { ok: false }>["refusal"]["code"];
type Decided = { answer: Answer; send?: ComposedSend; blocked?: BlockedSend };

const codeLengthDefault = 4;

/** Starts a verification by the same rules as v2, or sends the pending one's code again. */
export function startPhoneVerification(dependencies: StartParts): V1Handler<Id> {
  return async (request) => {
    const { accountSid, application, parameters } = request;
    const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
    if (!phone.ok) return phone;
    const plan = planStart(dependencies, request, phone.value);
    const { answer, send, blocked } = await dependencies.store.decide<Decided>({
      accountSid,
      serviceSid: application.serviceSid,
      target: { recipient: phone.value.value },
      ...(plan.guard && { guard: plan.guard.names }),
      decide(state, now) {
        const decision = decide(dependencies, plan, state, now);
        const after = decision.verification ?? state.current;
        const call = startCallFacts(request, decision.outcome.answer, after, plan, now);
        return { ...decision, facts: [...(decision.facts ?? []), ...call] };
      },
    });
    if (blocked) plan.guard?.report(blocked);
    if (send) await deliver(dependencies, send);
    return answer;
  };
}

/** Everything that a start brings, made before the lock is taken. */
interface Plan {
  request: V1Request<Id>;
  recipient: PhoneRecipient;
  locale: Locale;
  lookup: CarrierLookup;
  code: string;
  newSid: string;
  attemptSid: string;
  guard: StartGuard | undefined;
}

function planStart(dependencies: StartParts, request: V1Request<Id>, recipient: PhoneRecipient): Plan {
  const { newSid, newCode, carriers } = dependencies;
  const { locale, custom_code, code_length = codeLengthDefault } = request.parameters;
  const country = { parameter: null, country: recipient.country };
  const wanted = resolveLocale({ ...country, parameter: locale ?? null });
  // A language that nobody speaks here is no fault on v1.
  const resolved = wanted.ok ? wanted : resolveLocale(country);
  return {
    request,
    recipient,
    locale: resolved.ok ? resolved.value : "en",
    lookup: carrierLookup(recipient, carriers),
    code: custom_code ?? newCode(code_length, recipient),
    newSid: newSid("VE"),
    attemptSid: newSid("VL"),
    guard: startGuard(dependencies, { accountSid: request.accountSid, recipient }),
  };
}

function decide(
  dependencies: StartParts,
  plan: Plan,
  { service, current, guard }: VerificationState,
  now: number,
): Decision<Decided> {
  if (!service) return { outcome: { answer: v1Refused("60001") } };
  const refusal = refusalByFeature(dependencies, plan, service) ?? refusalByLine(plan);
  if (refusal) return { outcome: { answer: refusal } };
  const command = startCommand(dependencies, plan, service);
  const blocked = plan.guard?.judge(command.channel, !current || !isOpen(current, now), guard);
  if (blocked) return { outcome: { answer: v1GuardRefusal(blocked), blocked }, blocks: blocksOf(blocked) };
  const started = decideStart(current, command, now);
  if (!started.ok) return { outcome: { answer: refusalOf(started.refusal) } };
  const { verification, isNew } = started.value;
  const { accountSid, serviceSid, channel } = command;
  const { recipient, locale, lookup, attemptSid } = plan;
  const newCode = isNew || command.isCustomCode ? plan.code : null;
  const context = { accountSid, serviceSid, attemptSid, recipient, locale, lookup, service, verification, newCode };
  const send = composedSend(dependencies, { ...context, channel, body: {} }, now);
  return {
    outcome: { answer: answerOf(plan, started.value, now), ...(send && { send }) },
    verification,
    sends: send ? [send] : [],
    facts: startFacts(started.value),
    ...(plan.guard && { counts: plan.guard.counts(channel, isNew, guard) }),
  };
}

type Refused = { ok: false; refusal: V1Refusal<Code> };

/** What the application or its service may not do. */
function refusalByFeature({ channels }: StartParts, plan: Plan, { settings }: Service): Refused | undefined {
  const { application, parameters } = plan.request;
  const { isSuspended, smsEnabled, phoneCallsEnabled } = application.state;
  if (isSuspended) return v1Refused("60060");
  const { via, custom_code, custom_message } = parameters;
  if (custom_code !== undefined && !settings.customCodeEnabled) return notCreated("custom codes are not allowed");
  if (custom_message !== undefined) return notCreated("custom messages are not allowed");
  if (!channels.has(via) || !(via === "sms" ? smsEnabled : phoneCallsEnabled)) return notCreated(`${via} is disabled`);
  if (settings.psd2Enabled) return notCreated("payments need v2");
  return undefined;
}

/** What the number's line cannot take. */
function refusalByLine({ request, recipient, lookup }: Plan): Refused | undefined {
  if (request.parameters.via === "sms" && lookup.type === "landline") return v1Refused("60082");
  return isUnserved(recipient) ? v1Refused("60083") : undefined;
}

/** One code stands for both limits; a payment that is pending on v2 has no counterpart here. */
function refusalOf({ code, retryAfterSeconds = 1 }: Refusal): Refused {
  return code === 60200 ? notCreated("payments need v2") : v1Refused("60003", { retryAfterSeconds });
}

function notCreated(reason: string): Refused {
  return v1Refused("60021", { message: `Phone verification couldn't be created: ${reason}.` });
}

function startCommand({ vault, lifetimeSeconds }: StartParts, plan: Plan, service: Service): StartCommand {
  const { via, custom_code } = plan.request.parameters;
  return {
    accountSid: service.accountSid,
    serviceSid: service.sid,
    recipient: plan.recipient.value,
    channel: via,
    amount: null,
    payee: null,
    isCustomCode: custom_code !== undefined,
    isLegacyCustomCode: custom_code !== undefined,
    lifetimeSeconds,
    lookup: plan.lookup,
    newSid: plan.newSid,
    attemptSid: plan.attemptSid,
    sealCode: (binding) => vault.seal(plan.code, binding),
    isSameCode: (pending) => pending.code !== null && vault.matches(plan.code, pending.code, pending),
    sna: null,
  };
}

function answerOf(
  { request, recipient, locale, lookup }: Plan,
  { verification, attempt }: Started,
  now: number,
): Answer {
  const { via, custom_code } = request.parameters;
  return {
    ok: true,
    value: {
      // Nothing is said of a line that could not be looked up.
      ...(lookup.errorCode === null && { carrier: lookup.name }),
      ...(lookup.type !== null && { is_cellphone: lookup.type === "mobile" }),
      message: startText(locale, via, shownNumber(recipient)),
      seconds_to_expire: wholeSecondsLeft(verification, now),
      uuid: uuidOfSid(verification.sid),
      ...(custom_code !== undefined && { sms_id: uuidOfSid(attempt.sid) }),
      success: true,
    },
  };
}
