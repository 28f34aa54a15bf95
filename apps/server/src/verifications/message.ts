import { limits } from "../kernel/limits.ts";
import { type Locale, messageTexts, withSentences } from "../kernel/locale.ts";
import type { Channel } from "../kernel/recipient.ts";
import { invalid } from "../kernel/refusal.ts";
import { plainSms, smsParts } from "../kernel/sms.ts";
import { type ChosenTemplate, render, variablesIn } from "../templates/template.ts";

/** What a message is made of. */
export interface MessageRequest {
  channel: Exclude<Channel, "sna">;
  locale: Locale;
  friendlyName: string;
  code: string;
  /** How many digits the service wants, of which the code may have more. */
  codeLength: number;
  /** The payment that the code is bound to (PSD2); both, or neither. */
  amount: string | null;
  payee: string | null;
  /** How it reads; as every message of the service where there is none. */
  template?: ChosenTemplate | undefined;
  /** How long the code lives from now. */
  lifetimeMs: number;
  /** Whether an SMS warns not to share the code. */
  doNotShare: boolean;
  /** The hash of the Android app that reads the SMS. */
  appHash: string | null;
  /** Whether a call waits for a key before it says the code. */
  dtmfInputRequired: boolean;
}

/** A message as its channel sends it. */
export interface Message {
  /** What a person reads; for a call, what the inbox shows. */
  text: string;
  /** Of an e-mail: one line, without the code. */
  subject?: string | undefined;
  /** Of an e-mail: a whole document. */
  html?: string | undefined;
  /** Of a call. */
  speech?: Speech | undefined;
}

/** What a call says. */
interface Speech {
  language: Locale;
  /** Said first, and then a key is awaited; null when none is. */
  pressKey: string | null;
  /** The code spelled with pauses, twice. */
  text: string;
}

type Values = ReadonlyMap<string, string>;

/** A text, and what puts values into it. */
interface Pattern {
  text: string;
  fill: (text: string, values: Values) => string;
}

/** Writes the message that brings a code. Names that come from outside are stripped of what could break a line or turn the text. */
export function composeMessage(request: MessageRequest): Message {
  const { channel, template } = request;
  const values = valuesOf(request);
  const pattern: Pattern = template
    ? { text: template.translation.text, fill: render }
    : { text: standardText(request), fill };
  const text = pattern.fill(pattern.text, values);
  switch (channel) {
    case "sms":
      return { text: composeSms(request, text, shortText(request, text, values)) };
    case "whatsapp":
      return { text };
    case "email":
      return composeEmail(request, pattern, values);
    case "call":
      return { text, speech: composeSpeech(request, pattern, values) };
  }
}

function standardText(request: MessageRequest): string {
  const { locale, channel } = request;
  const texts = messageTexts[locale];
  if (isForPayment(request)) return texts.payment;
  return channel === "whatsapp" ? texts.whatsapp : texts.sms;
}

/** What an app gets where the text is too long for it: a template that is named and a payment say no less. */
function shortText(request: MessageRequest, text: string, values: Values): string {
  const { template, locale } = request;
  const saysNoLess = (template && !template.givesWay) || isForPayment(request);
  return saysNoLess ? text : fill(messageTexts[locale].forApp, values);
}

/** A minute more than there is would let somebody wait too long. */
function valuesOf({ locale, template, friendlyName, code, amount, payee, lifetimeMs }: MessageRequest): Values {
  const minutes = Math.max(1, Math.floor((lifetimeMs + delayMsMax) / 60_000));
  const values = new Map<string, string>();
  const put = (name: string, value: string) => values.set(name, inDirection(locale, oneLine(value)));
  put("friendly_name", friendlyName);
  put("amount", amount ?? "");
  put("payee", payee ?? "");
  for (const [name, value] of template?.values ?? []) put(name, value);
  return values.set("code", code).set("ttl", `${minutes}`);
}

const delayMsMax = 10_000;

/**
 * A message that would be too long with the warning goes without it, and one for an app says less where that fits. It goes
 * without its hash where the code has outgrown it: the person types what the app does not read.
 */
function composeSms(request: MessageRequest, line: string, shortLine: string): string {
  const { locale, template, appHash, code, codeLength } = request;
  const doNotShare = request.doNotShare && !template?.translation.warns;
  const fits = (text: string) => partsOf(text, code, appHash) <= partsMax(request);
  const lines = doNotShare ? [`${line}\n${messageTexts[locale].doNotShare}`, line] : [line];
  if (appHash === null) return lines.map(plainSms).find(fits) ?? plainSms(line);
  const forApp = (text: string) => plainSms(`<#> ${text} ${appHash}`);
  lines.push(shortLine);
  const hasOutgrown = fits(forApp(shortLine.replaceAll(code, code.slice(0, codeLength))));
  const texts = [...lines.map(forApp), ...(hasOutgrown ? lines.map(plainSms) : [])];
  return texts.find(fits) ?? forApp(line);
}

function composeSpeech(request: MessageRequest, { text, fill: put }: Pattern, values: Values): Speech {
  const { locale, dtmfInputRequired, template } = request;
  const texts = messageTexts[locale];
  // A comma is a pause to every speech engine, and keeps it from reading a number.
  const spelled = new Map(values).set("code", [...request.code].join(", "));
  const said = put(text, spelled);
  return {
    language: locale,
    pressKey: dtmfInputRequired ? texts.pressKey : null,
    text: template ? withSentences(locale, said, [said]) : fill(texts.call, spelled),
  };
}

function composeEmail({ locale, template }: MessageRequest, { text, fill: put }: Pattern, values: Values): Message {
  const { emailSubject, emailNote } = messageTexts[locale];
  const own = template?.translation;
  const subject = own?.subject === undefined ? fill(emailSubject, values) : render(own.subject, values);
  const escaped = new Map([...values].map(([name, value]) => [name, escapeHtml(value)]));
  if (own?.html !== undefined) return { text: `${put(text, values)}\n`, subject, html: render(own.html, escaped) };
  escaped.set("code", `<strong>${escaped.get("code")}</strong>`);
  const direction = isRightToLeft(locale) ? "rtl" : "ltr";
  const html = [
    "<!doctype html>",
    `<html lang="${locale}" dir="${direction}">`,
    `<head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>`,
    "<body>",
    `<p>${put(escapeHtml(text).replaceAll("\n", "<br>"), escaped)}</p>`,
    `<p>${escapeHtml(emailNote)}</p>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
  return { text: `${put(text, values)}\n\n${emailNote}\n`, subject, html };
}

/** Android hands no app more than 140 bytes, which is one SMS; a payment says two things more. */
function partsMax(request: Pick<MessageRequest, "amount" | "payee" | "appHash">): number {
  if (request.appHash !== null) return 1;
  return isForPayment(request) ? 3 : 2;
}

function isForPayment({ amount, payee }: Pick<MessageRequest, "amount" | "payee">): boolean {
  return amount !== null && payee !== null;
}

/** @returns 60200 for an SMS that its app would not be shown, or that takes too many parts, by what makes it so long. */
export function tooLongSms(
  { channel, text, code }: Message & Pick<MessageRequest, "channel" | "code">,
  { amount, payee, template }: Pick<MessageRequest, "amount" | "payee" | "template">,
  { AppHash = null, CustomFriendlyName = "" }: { AppHash?: string | null; CustomFriendlyName?: string },
): ReturnType<typeof invalid> | undefined {
  // Without these no text is too long, in any language.
  if (channel !== "sms" || (AppHash === null && payee === null && !template)) return undefined;
  const parts = partsOf(text, code, AppHash);
  const allowed = partsMax({ amount, payee, appHash: AppHash });
  if (parts <= allowed) return undefined;
  if (AppHash !== null) return invalid("AppHash", { sms_parts: parts });
  if (template && parts <= ownParts(template)) return undefined;
  const lengths = {
    Payee: payee?.length ?? 0,
    Amount: amount?.length ?? 0,
    CustomFriendlyName: CustomFriendlyName.length,
    [template?.parameter ?? ""]: [...(template?.values.values() ?? [])].join("").length,
  };
  const [longest, length] = Object.entries(lengths).reduce((one, other) => (other[1] > one[1] ? other : one));
  return length > 0 ? invalid(longest, { sms_parts: parts }) : undefined;
}

/** How many parts the operator takes for good, who is told of them: what callers put in makes no more. */
function ownParts({ translation }: ChosenTemplate): number {
  const names = new Map(variablesIn(translation.text).map((name) => [name, "n".repeat(30)]));
  return smsParts(render(translation.text, names));
}

/** Without an app that reads it, with the longest code: what fits must fit, too, when a stranger has had the codes grow. */
function partsOf(text: string, code: string, appHash: string | null): number {
  const longest = appHash === null ? code.padEnd(limits.codeLengthMax, "0") : code;
  return smsParts(text.replaceAll(code, longest));
}

/** In one pass: a value that looks like a placeholder stays as it is. */
function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

/** Without control characters, line separators, half surrogates and marks that turn the direction of the text around them. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

/** `7-Eleven` would be shown as `Eleven-7` among words that run to the left: the mark in front of it says how it runs itself. */
function inDirection(locale: Locale, value: string): string {
  return isRightToLeft(locale) && /^\p{N}.*\p{Script=Latin}/u.test(value) ? `\u200e${value}` : value;
}

function isRightToLeft(locale: Locale): boolean {
  return locale === "ar" || locale === "he";
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
