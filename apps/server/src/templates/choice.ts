import { visible } from "@countersign/document";
import type { ChannelConfiguration } from "@countersign/types";
import type { Locale } from "../kernel/locale.ts";
import type { SendingChannel } from "../kernel/recipient.ts";
import { accepted, invalid, type Outcome, type Refusal, refused } from "../kernel/refusal.ts";
import { isPlainName } from "../verifications/callers-texts.ts";
import { type ChosenTemplate, type Template, type Templates, type Translation, variablesIn } from "./template.ts";

/** A template that somebody asks for, with what they put in, and the parameters by which they do. */
export interface TemplateWish {
  /** A sid, or a name where the parameter takes one. */
  sid: string;
  substitutions?: Readonly<Record<string, string>> | undefined;
  by: { template: string; substitutions: string };
}

/** What a message is for. */
export interface Occasion {
  channel: SendingChannel;
  locale: Locale;
  /** Whether the caller asks for that language, the number's country speaks it, or neither. */
  localeBy: "caller" | "country" | "nobody";
  isPayment: boolean;
}

type Unfit = 60200 | 60201 | 60224 | 60227 | 60228 | 60229;
type Found<Code extends number = Unfit> = Outcome<ChosenTemplate, Code>;

/** The template that is asked for, as the message has it. @returns why it cannot be used */
export function findTemplate(templates: Templates, wish: TemplateWish, occasion: Occasion): Found {
  const template = templates.find(wish.sid);
  if (!template) return refused(60228);
  if (!template.channels.includes(occasion.channel)) return refused(60227);
  const [locale, translation] = translationFor(template, occasion) ?? [];
  if (!locale || !translation) return refused(60229);
  if (translation.status !== "approved") return refused(60201);
  // One for a payment would have nothing to show elsewhere.
  if (isForPayment(translation) !== occasion.isPayment) return invalid(wish.by.template);
  const values = new Map(Object.entries(wish.substitutions ?? {}));
  const unfit = [...values].find(([name, value]) => !isFit(template, name, value));
  if (unfit) return invalid(wish.by.substitutions, { member: unfit[0].slice(0, 64) });
  const isMissing = (name: string) => visible(values.get(name)) === undefined;
  const isLacking = template.variables.some((name) => shown(translation).has(name) && isMissing(name));
  if (isLacking) return refused(60224);
  return accepted({ sid: template.sid, locale, translation, values, parameter: wish.by.substitutions });
}

/** What a start asks for of templates. */
export interface Given {
  TemplateSid?: string | undefined;
  TemplateCustomSubstitutions?: Record<string, string> | undefined;
  Templates?: { sid: string; substitutions?: Record<string, string> }[] | undefined;
  ChannelConfiguration?: ChannelConfiguration | undefined;
}

const bySid = { template: "TemplateSid", substitutions: "TemplateCustomSubstitutions" };
const byConfiguration = { template: "ChannelConfiguration", substitutions: "ChannelConfiguration" };
const byList = { template: "Templates", substitutions: "Templates" };

/**
 * How the message of a start reads: by the first of `Templates` that can be used, by `TemplateSid` or that of an e-mail's
 * own settings, or by the service's own template; undefined for the text that every service has.
 */
export function chooseTemplate(
  templates: Templates,
  { TemplateSid: sid, TemplateCustomSubstitutions: substitutions = {}, Templates: listed = [], ...ofChannel }: Given,
  service: TemplateOwner,
  occasion: Occasion,
): Outcome<ChosenTemplate | undefined, Unfit | 60218 | 60252> {
  const { template_id: id, substitutions: values } = ofChannel.ChannelConfiguration ?? {};
  if (id !== undefined) {
    // One message reads one way.
    if ((sid ?? listed[0]) !== undefined) return invalid("ChannelConfiguration", { member: "template_id" });
    if (Object.keys(substitutions).length > 0) return invalid(bySid.substitutions);
    const found = findTemplate(templates, { sid: id, substitutions: values, by: byConfiguration }, occasion);
    return !found.ok && found.refusal.code === 60228 ? refused(60218) : found;
  }
  if (listed.length > 0) return firstOf(templates, listed, occasion);
  if (sid !== undefined) return findTemplate(templates, { sid, substitutions, by: bySid }, occasion);
  return ownTemplate(templates, substitutions, service, occasion);
}

type TemplateOwner = { sid: string; settings: { defaultTemplateSid: string | null } };

/** The service's own template, which is for those messages that it is made for, while the operator has it. */
export function ownTemplate(
  templates: Templates,
  substitutions: Readonly<Record<string, string>>,
  { sid: serviceSid, settings }: TemplateOwner,
  occasion: Occasion,
  by = bySid,
): Outcome<ChosenTemplate | undefined, Unfit> {
  const sid = settings.defaultTemplateSid;
  const found = sid === null ? undefined : findTemplate(templates, { sid, substitutions, by }, occasion);
  if (found?.ok) return accepted({ ...found.value, givesWay: true });
  const { code, parameter } = found?.refusal ?? {};
  if (sid !== null && code === 60228) templates.onVanished(serviceSid, sid);
  const isPassedOver = !found || code === 60227 || code === 60228 || parameter === by.template;
  if (!isPassedOver) return found;
  return Object.keys(substitutions).length > 0 ? invalid(by.substitutions) : accepted(undefined);
}

function firstOf(templates: Templates, listed: NonNullable<Given["Templates"]>, occasion: Occasion): Found<60252> {
  const found = listed.map((wish) => findTemplate(templates, { ...wish, by: byList }, occasion));
  const usable = found.find((each) => each.ok);
  if (usable?.ok) return usable;
  const reasons = found.map((each, index) => ({ sid: listed[index]?.sid, ...(!each.ok && reasonOf(each.refusal)) }));
  return refused(60252, { details: { templates: reasons } });
}

const reasonOf = ({ code, details }: Refusal) => ({ code, ...details });

function translationFor(
  { translations }: Template,
  { locale, localeBy }: Occasion,
): readonly [Locale, Translation] | undefined {
  const [language] = locale.split("-") as [Locale];
  const wanted = [...new Set([locale, language])];
  const [found] = wanted.flatMap((each) => {
    const translation = localeBy === "nobody" ? undefined : translations.get(each);
    return translation ? [[each, translation] as const] : [];
  });
  return found ?? (localeBy === "caller" ? undefined : [...translations].find(([, { isDefault }]) => isDefault));
}

/** A caller's text is no message of its own, and an address only where the operator wants one. */
function isFit({ variables, links }: Template, name: string, value: string): boolean {
  if (!variables.includes(name) || [...value].length > valueLengthMax) return false;
  return links.includes(name) ? isLink(value) : isPlainName(value);
}

const valueLengthMax = 100;

/** Of plain characters, so that what one sees is where it leads, and without a user's name before a host. */
function isLink(text: string): boolean {
  return /^https?:\/\/[!#-;=?A-Z[\]_a-z~]+$/.test(text) && URL.canParse(text);
}

/** Every variable that somebody would read. */
function shown({ text, subject = "", html = "" }: Translation): Set<string> {
  return new Set([text, subject, html].flatMap(variablesIn));
}

/** Whether it shows the payment that a code is bound to, and so would have nothing to show without one. */
function isForPayment({ text }: Translation): boolean {
  const names = variablesIn(text);
  return names.includes("amount") && names.includes("payee");
}
