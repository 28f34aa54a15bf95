import type { Verification as VerificationBody } from "@countersign/types";
import { type RequestStore, tooManyRequests } from "../accounts/store.ts";
import { type CarrierLookup, carrierLookup } from "../kernel/carrier-lookup.ts";
import { isoTime } from "../kernel/clock.ts";
import type { Handler, Handlers, Request } from "../kernel/handler.ts";
import { limits } from "../kernel/limits.ts";
import { resolveLocale } from "../kernel/locale.ts";
import { type Channel, isUnlisted, parseRecipient, recipientInPath } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import { namedLimits } from "../rate-limits/enforcement.ts";
import type { Service } from "../services/service.ts";
import { chooseTemplate, type Occasion } from "../templates/choice.ts";
import { unfitText } from "./callers-texts.ts";
import { paymentOf, refusalOfPayment } from "./check.ts";
import type { StartParts } from "./composed-send.ts";
import { decideEnd, decideFetch, endedBy } from "./end.ts";
import type { Decision } from "./ledger.ts";
import { readSender } from "./sender.ts";
import { type StartChoice, type StartRequest, start } from "./start.ts";
import { statusAt, type Verification } from "./verification.ts";
import { sharedBody } from "./verification-checks.ts";

/** The operations of the tag Verifications, but for the one that devices call. */
export function verificationHandlers(
  parts: StartParts & { requests: RequestStore },
): Pick<Handlers, "createVerification" | "fetchVerification" | "updateVerification"> {
  const { store } = parts;
  return {
    createVerification: createVerification(parts),

    async fetchVerification({ accountSid, path, base }) {
      const answer = await decideOn(store, accountSid, path, (current, now) => {
        const found = decideFetch(current, now);
        return { outcome: found.ok ? accepted(verificationBody(found.value, now, base)) : found };
      });
      if (!answer.ok) return answer;
      // By its sid, since a recipient would stand in the count for longer than it may.
      const request = { accountSid, name: `fetchVerification ${answer.value.sid}` };
      return (await tooManyRequests(parts, request, limits.verificationFetches)) ?? answer;
    },

    updateVerification: ({ by, accountSid, path, body, base }) =>
      decideOn(store, accountSid, path, (current, now) => {
        const ended = decideEnd(current, body.Status, now);
        if (!ended.ok) return { outcome: ended };
        const outcome = accepted(verificationBody(ended.value, now, base));
        return { outcome, ...endedBy(by, ended.value, body.Status, now) };
      }),
  };
}

type Found = Outcome<VerificationBody, 20404>;

/** Decides on the verification that a path names, by its sid or by its recipient. */
async function decideOn(
  store: StartParts["store"],
  accountSid: string,
  { ServiceSid: serviceSid, Sid }: { ServiceSid: string; Sid: string },
  decide: (current: Verification | undefined, now: number) => Decision<Found>,
): Promise<Found> {
  const named = recipientInPath(Sid);
  if (!named) return refused(20404, { reason: "unknown" });
  return store.decide<Found>({
    accountSid,
    serviceSid,
    target: named.kind === "sid" ? { sid: named.value } : { recipient: named.value },
    decide: ({ service, current }, now) =>
      service ? decide(current, now) : { outcome: refused(20404, { reason: "unknown" }) },
  });
}

type Id = "createVerification";
type Answer = Awaited<ReturnType<Handler<Id>>>;
type Body = Request<Id>["body"];
type Code = Extract<Answer, { ok: false }>["refusal"]["code"];

/** Starts a verification: what needs no state is refused at once, the rest is decided under the recipient's lock. */
function createVerification(dependencies: StartParts): Handler<Id> {
  return (request) => {
    const asked = readStart(dependencies, request);
    return asked.ok ? start(dependencies, asked.value) : Promise.resolve(asked);
  };
}

function readStart(
  dependencies: StartParts,
  { accountSid, path, body, base, hasHungUp }: Request<Id>,
): Outcome<StartRequest<Answer>, Code> {
  const read = readRecipient(dependencies, body.To, body.Channel);
  if (!read.ok) return read;
  const recipient = read.value;
  const refusal = refusalByBody(body);
  if (refusal) return refusal;
  const country = recipient.kind === "phone" ? recipient.country : null;
  const locale = resolveLocale({ parameter: body.Locale ?? null, country });
  if (!locale.ok) return locale;
  const sender = readSender(dependencies.emailSenders ?? [], body.ChannelConfiguration);
  if (!sender.ok) return sender;
  const rateLimits = namedLimits(dependencies.vault, path.ServiceSid, body.RateLimits);
  if (!rateLimits.ok) return rateLimits;
  const lookup = recipient.kind === "phone" ? carrierLookup(recipient, dependencies.carriers) : null;
  const canBeSna = body.Channel === "sna" || body.Channel === "auto";
  return accepted({
    accountSid,
    serviceSid: path.ServiceSid,
    recipient,
    locale: locale.value,
    lookup,
    customCode: body.CustomCode,
    client: body.DeviceIp,
    isSmsUnchecked: body.RiskCheck === "disable",
    rateLimits: rateLimits.value,
    hasHungUp,
    texts: body,
    sender: sender.value,
    tags: body.Tags,
    sna: canBeSna ? { needsClientToken: body.EnableSnaClientToken === true } : undefined,
    noService: refused(20404),
    choose: (service) => choose(dependencies, body, knownOf(body, country, locale.value, lookup), service),
    answer: ({ verification }, now, headers) => accepted(verificationBody(verification, now, base), { headers }),
    refused: (refused) => refused,
  });
}

/** Whom `To` names, if a message can be sent there. */
export function readRecipient(
  { takesUnlisted }: Pick<StartParts, "takesUnlisted">,
  To: string,
  channel: Body["Channel"],
) {
  const parsed = parseRecipient(To, channel);
  const isVain = parsed.ok && isUnlisted(parsed.value) && !takesUnlisted;
  return isVain ? invalid("To", { recipient: "unknown_number" }) : parsed;
}

/** What the parameters alone rule out. */
function refusalByBody(body: Body): { ok: false; refusal: Refusal<Code> } | undefined {
  return body.CustomMessage === undefined ? undefined : refused(60243);
}

/** What is known of whoever is sent to, besides the body. */
type Known = { lookup: CarrierLookup | null } & Pick<Occasion, "locale" | "localeBy">;

function knownOf(
  { Locale }: Body,
  country: string | null,
  locale: Occasion["locale"],
  lookup: CarrierLookup | null,
): Known {
  return { lookup, locale, localeBy: Locale !== undefined ? "caller" : country !== null ? "country" : "nobody" };
}

/** What is sent under the service's settings, or what these rule out. */
export function choose(
  dependencies: Pick<StartParts, "channels" | "templates">,
  body: Body,
  { lookup, locale, localeBy }: Known,
  service: Service,
): { choice: StartChoice } | { answer: Answer } {
  const channel = chooseChannel(dependencies, body, lookup, service);
  if (!channel.ok) return { answer: channel };
  const refusal = refusalByService(dependencies, body, lookup, service, channel.value);
  if (refusal) return { answer: refusal };
  const { codeLength, lookupEnabled } = service.settings;
  const { Amount = null, Payee = null } = paymentOf(body);
  const sending = channel.value === "sna" ? "sms" : channel.value;
  const occasion: Occasion = { locale, localeBy, channel: sending, isPayment: Amount !== null };
  // Silent authentication sends nothing; what is named where `auto` chose it must do for an SMS all the same.
  const isUnread = channel.value === "sna" && (body.TemplateSid ?? body.Templates) === undefined;
  const template = isUnread ? accepted(undefined) : chooseTemplate(dependencies.templates, body, service, occasion);
  if (!template.ok) return { answer: template };
  return {
    choice: {
      channel: channel.value,
      codeLength,
      amount: Amount,
      payee: Payee,
      lookup: lookupEnabled ? lookup : null,
      template: template.value,
    },
  };
}

/** `auto` takes silent network authentication where the device is known and on a mobile line, else SMS. */
function chooseChannel(
  { channels }: Pick<StartParts, "channels">,
  { Channel: wanted, DeviceIp }: Body,
  lookup: CarrierLookup | null,
  service: Service,
): Outcome<Channel, 60550> {
  if (wanted !== "auto") return accepted(wanted);
  const canSna = DeviceIp !== undefined && lookup?.type === "mobile" && !service.settings.psd2Enabled;
  if (canSna && channels.has("sna")) return accepted("sna");
  return channels.has("sms") ? accepted("sms") : refused(60550);
}

/** What the service's settings rule out. */
function refusalByService(
  { channels }: Pick<StartParts, "channels">,
  body: Body,
  lookup: CarrierLookup | null,
  { settings }: Service,
  channel: Channel,
): { ok: false; refusal: Refusal<Code> } | undefined {
  if (settings.psd2Enabled) {
    if (channel === "call") return refused(60214);
    if (channel === "sna") return refused(60329);
  }
  const payment = paymentOf(body);
  const refusal = refusalOfPayment(payment, settings);
  if (refusal) return refusal;
  if (body.CustomCode !== undefined && !settings.customCodeEnabled) return refused(60204);
  if (!channels.has(channel)) return refused(channel === "email" ? 60217 : 60223);
  if (channel === "whatsapp" && !settings.whatsapp.from && !settings.whatsapp.msgServiceSid) return refused(68008);
  const isToLandline = channel === "sms" && lookup?.type === "landline";
  if (settings.lookupEnabled && settings.skipSmsToLandlines && isToLandline) return refused(60205);
  return unfitText(payment);
}

/**
 * A verification as start, fetch and update answer it.
 * @param base where the service is reached, for the absolute addresses.
 */
function verificationBody(verification: Verification, now: number, base: string): VerificationBody {
  return Object.assign(sharedBody(verification), {
    status: statusAt(verification, now),
    lookup: verification.lookup ? { carrier: carrierBody(verification.lookup) } : {},
    send_code_attempts: verification.attempts.map(({ sid, channel, at }) => ({
      time: isoTime(at),
      channel,
      attempt_sid: sid,
    })),
    sna: verification.sna && { url: `${base}/sna/${verification.sna.urlToken}` },
    url: `${base}/v2/Services/${verification.serviceSid}/Verifications/${verification.sid}`,
  });
}

function carrierBody(lookup: CarrierLookup) {
  return {
    mobile_country_code: lookup.mobileCountryCode,
    type: lookup.type,
    error_code: lookup.errorCode,
    mobile_network_code: lookup.mobileNetworkCode,
    name: lookup.name,
  };
}
