import { type CarrierLookup, carrierLookup, highCostRange, isUnserved } from "../kernel/carrier-lookup.ts";
import { type Locale, resolveLocale } from "../kernel/locale.ts";
import { isUnlisted, type PhoneRecipient } from "../kernel/recipient.ts";
import { accepted, type Refusal, refused } from "../kernel/refusal.ts";
import type { Service } from "../services/service.ts";
import { ownTemplate } from "../templates/choice.ts";
import type { StartParts } from "../verifications/composed-send.ts";
import type { Started } from "../verifications/decide-start.ts";
import { start } from "../verifications/start.ts";
import { type V1Handler, type V1Request, v1Invalid } from "./handler.ts";
import { uuidOfSid } from "./keys.ts";
import { parseNationalNumber, shownNumber } from "./national-number.ts";
import { startCallFacts } from "./phone-reports.ts";
import { wholeSecondsLeft } from "./status.ts";

type Id = "startPhoneVerification";
type Answer = Awaited<ReturnType<V1Handler<Id>>>;
type Refused = Extract<Answer, { ok: false }>;

const codeLengthDefault = 4;

/** Starts a verification by the same rules as v2, or sends the pending one's code again. */
export function startPhoneVerification(dependencies: StartParts): V1Handler<Id> {
  return async (request) => {
    const { accountSid, application, parameters } = request;
    const phone = parseNationalNumber(parameters.country_code, parameters.phone_number);
    if (!phone.ok) return phone;
    const recipient = phone.value;
    if (isUnlisted(recipient) && !dependencies.takesUnlisted) return refused("60033");
    const { via: channel, custom_code: customCode, code_length: codeLength = codeLengthDefault } = parameters;
    if (customCode !== undefined && customCode.length !== (parameters.code_length ?? customCode.length)) {
      return v1Invalid("code_length", "Parameter must be the length of custom_code");
    }
    const lookup = carrierLookup(recipient, dependencies.carriers);
    const plan = { recipient, locale: localeOf(parameters.locale, recipient), lookup };
    return start<Answer>(dependencies, {
      ...plan,
      accountSid,
      serviceSid: application.serviceSid,
      customCode,
      isLegacy: true,
      hasHungUp: request.hasHungUp,
      texts: {},
      noService: refused("60001"),
      choose(service, isPermitted) {
        const allows = { guard: dependencies.guard, isPermitted };
        const answer =
          refusalByFeature(dependencies, request, service) ?? refusalByLine(allows, channel, recipient, lookup);
        if (answer) return { answer };
        const { locale } = plan;
        const localeBy = parameters.locale === undefined ? "country" : "caller";
        const occasion = { channel, locale, localeBy, isPayment: false } as const;
        const template = ownTemplate(dependencies.templates, {}, service, occasion);
        // Nobody could name another one here, nor what it is to be filled with.
        const usable = template.ok ? template.value : undefined;
        return { choice: { channel, codeLength, amount: null, payee: null, lookup, template: usable } };
      },
      answer: (started, now, headers) => answerOf(request, plan, started, { now, headers }),
      refused: ({ refusal }) => refusalOf(refusal),
      facts: (answer, verification, now) => startCallFacts(request, answer, verification, plan, now),
    });
  };
}

/** A language that nobody speaks here is no fault on v1. */
function localeOf(parameter: string | undefined, { country }: PhoneRecipient): Locale {
  const wanted = resolveLocale({ parameter: parameter ?? null, country });
  const resolved = wanted.ok ? wanted : resolveLocale({ parameter: null, country });
  return resolved.ok ? resolved.value : "en";
}

/** What the application or its service may not do. */
function refusalByFeature(
  { channels }: StartParts,
  { application, parameters }: V1Request<Id>,
  { settings }: Service,
): Refused | undefined {
  const { isSuspended, smsEnabled, phoneCallsEnabled } = application.state;
  if (isSuspended) return refused("60060");
  const { via, custom_code, custom_message } = parameters;
  if (custom_code !== undefined && !settings.customCodeEnabled) return notCreated("custom codes are not allowed");
  if (custom_message !== undefined) return notCreated("custom messages are not allowed");
  if (!channels.has(via) || !(via === "sms" ? smsEnabled : phoneCallsEnabled)) return notCreated(`${via} is disabled`);
  if (settings.psd2Enabled) return notCreated("payments need v2");
  return undefined;
}

/** What the number's line cannot take. */
function refusalByLine(
  { guard, isPermitted }: Pick<StartParts, "guard"> & { isPermitted: boolean },
  via: string,
  recipient: PhoneRecipient,
  lookup: CarrierLookup,
): Refused | undefined {
  if (via === "sms" && lookup.type === "landline") return refused("60082");
  const range = highCostRange(recipient);
  const isAllowed = range !== undefined && (isPermitted || guard?.policy.highCost.includes(range));
  return isUnserved(recipient) && !isAllowed ? refused("60083") : undefined;
}

/**
 * One code stands for all limits; a payment that is pending on v2 has no counterpart here. What ends with the number's
 * window is not to be repeated by a transport that waits, as in v2.
 */
function refusalOf({ code, retryAfterSeconds = null }: Refusal): Refused {
  if (code === 60200) return notCreated("payments need v2");
  if (code === 60605) return notCreated("its country or range is not permitted");
  if (code === 60410) return notCreated("hardly anybody with a number like it checks a code");
  return refused("60003", { retryAfterSeconds: code === 20429 ? retryAfterSeconds : null });
}

function notCreated(reason: string): Refused {
  return refused("60021", { message: `Phone verification couldn't be created: ${reason}.` });
}

function answerOf(
  { parameters: { via, custom_code } }: V1Request<Id>,
  { recipient, locale, lookup }: { recipient: PhoneRecipient; locale: Locale; lookup: CarrierLookup },
  { verification, attempt }: Started,
  { now, headers }: { now: number; headers: Readonly<Record<string, string>> },
): Answer {
  return accepted(
    {
      // Nothing is said of a line that could not be looked up.
      ...(lookup.errorCode === null && { carrier: lookup.name }),
      ...(lookup.type !== null && { is_cellphone: lookup.type === "mobile" }),
      message: startText(locale, via, shownNumber(recipient)),
      seconds_to_expire: wholeSecondsLeft(verification, now),
      uuid: uuidOfSid(verification.sid),
      ...(custom_code !== undefined && { sms_id: uuidOfSid(attempt.sid) }),
      success: true,
    },
    { headers },
  );
}

/** The message of a successful start. @param number as messages show it */
function startText(locale: Locale, via: "sms" | "call", number: string): string {
  const [language = ""] = locale.split("-");
  return (texts[language] ?? english)[via].replace("{number}", () => number);
}

/** Whoever's language v1 had no text in read English. */
const english = { sms: "Text message sent to {number}.", call: "Call to {number} initiated." };

const texts: Partial<Record<string, typeof english>> = {
  es: { sms: "Mensaje de texto enviado a {number}.", call: "Llamada a {number} fue iniciada." },
  fr: { sms: "SMS envoyé à {number}.", call: "Appel vers {number} lancé." },
  it: { sms: "SMS inviato a {number}.", call: "Chiamata a {number} avviata." },
  pt: { sms: "Mensagem de texto enviada para {number}.", call: "Chamada para {number} iniciada." },
};
