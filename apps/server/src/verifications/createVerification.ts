import type { BlockedSend } from "../guard/send-guard.ts";
import { blocksOf, guardRefusal, type StartGuard, startGuard } from "../guard/start-guard.ts";
import { carrierLookup } from "../kernel/carrier-lookup.ts";
import type { Handler, Request } from "../kernel/handler.ts";
import { type Locale, resolveLocale } from "../kernel/locale.ts";
import { parseRecipient, type Recipient } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import type { Service } from "../services/service.ts";
import { type ComposedSend, composedSend, deliver, type StartParts } from "./composed-send.ts";
import type { Decision, VerificationState } from "./ledger.ts";
import { sealSnaToken } from "./sna-token.ts";
import { decideStart, isOpen, type StartCommand, startFacts } from "./start.ts";
import type { CarrierLookup, Channel } from "./verification.ts";
import { verificationBody } from "./verification-body.ts";

type Id = "createVerification";
type Answer = Awaited<ReturnType<Handler<Id>>>;
type Decided = { answer: Answer; send?: ComposedSend | undefined; blocked?: BlockedSend };
type Body = Request<Id>["body"];
type Code = Extract<Answer, { ok: false }>["refusal"]["code"];

/** Starts a verification: what needs no state is refused at once, the rest is decided under the recipient's lock. */
export function createVerification(dependencies: StartParts): Handler<Id> {
  return async ({ accountSid, path, body, base }) => {
    const recipient = parseRecipient(body.To, body.Channel);
    if (!recipient.ok) return recipient;
    const refusal = refusalByBody(body);
    if (refusal) return refusal;
    const locale = resolveLocale({
      parameter: body.Locale ?? null,
      country: recipient.value.kind === "phone" ? recipient.value.country : null,
    });
    if (!locale.ok) return locale;

    const plan = planStart(dependencies, accountSid, path.ServiceSid, body, recipient.value, locale.value);
    const { answer, send, blocked } = await dependencies.store.decide<Decided>({
      accountSid,
      serviceSid: path.ServiceSid,
      target: { recipient: recipient.value.value },
      ...(plan.guard && { guard: plan.guard.names }),
      decide: (state, now) => decide(dependencies, plan, state, now, base),
    });
    if (blocked) plan.guard?.report(blocked);
    if (send) await deliver(dependencies, send);
    return answer;
  };
}

/** Everything that a start brings, made before the lock is taken: sids, digits, lookup. */
interface Plan {
  accountSid: string;
  serviceSid: string;
  body: Body;
  recipient: Recipient;
  locale: Locale;
  lookup: CarrierLookup | null;
  /** Ten digits, of which a code takes as many as its service says. */
  digits: string;
  newSid: string;
  attemptSid: string;
  /** Only for channels that can be silent network authentication. */
  sna: StartCommand["sna"];
  guard: StartGuard | undefined;
}

function planStart(
  dependencies: StartParts,
  accountSid: string,
  serviceSid: string,
  body: Body,
  recipient: Recipient,
  locale: Locale,
): Plan {
  const { vault, newSid, newCode, carriers } = dependencies;
  const attemptSid = newSid("VL");
  const canBeSna = body.Channel === "sna" || body.Channel === "auto";
  const clientToken = body.EnableSnaClientToken ? vault.newCode(10) + vault.newCode(10) : null;
  return {
    accountSid,
    serviceSid,
    body,
    recipient,
    locale,
    lookup: recipient.kind === "phone" ? carrierLookup(recipient, carriers) : null,
    digits: newCode(10, recipient),
    newSid: newSid("VE"),
    attemptSid,
    sna: canBeSna
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
    guard: startGuard(dependencies, {
      accountSid,
      recipient,
      client: body.DeviceIp,
      isSmsUnchecked: body.RiskCheck === "disable",
    }),
  };
}

/** What the parameters alone rule out. */
function refusalByBody(body: Body): { ok: false; refusal: Refusal<Code> } | undefined {
  const { Channel: channel } = body;
  if (body.CustomMessage !== undefined) return refused(60243);
  if (body.AppHash !== undefined && channel !== "sms") return refused(60602);
  // No operation of this API makes templates, so none can be found.
  if (body.Templates !== undefined) return refused(60252);
  if (body.TemplateSid !== undefined) return refused(channel === "sms" || channel === "call" ? 60228 : 60408);
  if (Object.keys(body.RateLimits ?? {}).length > 0) return invalid("RateLimits");
  return undefined;
}

function decide(
  dependencies: StartParts,
  plan: Plan,
  { service, current, guard }: VerificationState,
  now: number,
  base: string,
): Decision<Decided> {
  if (!service) return { outcome: { answer: refused(20404) } };
  const channel = chooseChannel(dependencies, plan, service);
  if (!channel.ok) return { outcome: { answer: channel } };
  const refusal = refusalByService(dependencies, plan, service, channel.value);
  if (refusal) return { outcome: { answer: refusal } };
  const blocked = plan.guard?.judge(channel.value, !current || !isOpen(current, now), guard);
  if (blocked) return { outcome: { answer: guardRefusal(blocked), blocked }, blocks: blocksOf(blocked) };

  const code = plan.body.CustomCode ?? plan.digits.slice(0, service.settings.codeLength);
  const started = decideStart(current, startCommand(dependencies, plan, service, channel.value, code), now);
  if (!started.ok) return { outcome: { answer: started } };
  const { verification, isNew } = started.value;
  const newCode = isNew ? code : null;
  const send = composedSend(dependencies, { ...plan, service, verification, newCode, channel: channel.value }, now);
  return {
    outcome: { answer: accepted(verificationBody(verification, now, base)), send },
    verification,
    sends: send ? [send] : [],
    facts: startFacts(started.value),
    ...(plan.guard && { counts: plan.guard.counts(channel.value, isNew, guard) }),
  };
}

/** `auto` takes silent network authentication where the device is known and on a mobile line, else SMS. */
function chooseChannel({ channels }: StartParts, plan: Plan, service: Service): Outcome<Channel, 60550> {
  const { Channel: wanted, DeviceIp } = plan.body;
  if (wanted !== "auto") return accepted(wanted);
  const canSna = DeviceIp !== undefined && plan.lookup?.type === "mobile" && !service.settings.psd2Enabled;
  if (canSna && channels.has("sna")) return accepted("sna");
  return channels.has("sms") ? accepted("sms") : refused(60550);
}

/** What the service's settings rule out. */
function refusalByService(
  { channels }: StartParts,
  { body, lookup }: Plan,
  { settings }: Service,
  channel: Channel,
): { ok: false; refusal: Refusal<Code> } | undefined {
  if (settings.psd2Enabled) {
    if (channel === "call") return refused(60214);
    if (channel === "sna") return refused(60329);
    if (body.Amount === undefined || body.Payee === undefined) return refused(60206);
  }
  if (body.CustomCode !== undefined && !settings.customCodeEnabled) return refused(60204);
  if (!channels.has(channel)) return refused(channel === "email" ? 60217 : 60223);
  if (channel === "whatsapp" && !settings.whatsapp.from && !settings.whatsapp.msgServiceSid) return refused(68008);
  const isToLandline = channel === "sms" && lookup?.type === "landline";
  if (settings.lookupEnabled && settings.skipSmsToLandlines && isToLandline) return refused(60205);
  return undefined;
}

function startCommand(
  { vault, lifetimeSeconds }: StartParts,
  plan: Plan,
  service: Service,
  channel: Channel,
  code: string,
): StartCommand {
  const { body, recipient } = plan;
  const { settings } = service;
  return {
    accountSid: plan.accountSid,
    serviceSid: plan.serviceSid,
    recipient: recipient.value,
    channel,
    amount: settings.psd2Enabled ? (body.Amount ?? null) : null,
    payee: settings.psd2Enabled ? (body.Payee ?? null) : null,
    isCustomCode: body.CustomCode !== undefined,
    lifetimeSeconds,
    lookup: settings.lookupEnabled ? plan.lookup : null,
    newSid: plan.newSid,
    attemptSid: plan.attemptSid,
    sealCode: (binding) => vault.seal(code, binding),
    isSameCode: (verification) => verification.code !== null && vault.matches(code, verification.code, verification),
    sna: channel === "sna" ? plan.sna : null,
  };
}
