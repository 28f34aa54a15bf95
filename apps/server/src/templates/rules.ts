import type { Locale } from "../kernel/locale.ts";
import type { Place } from "../kernel/parsed.ts";
import type { Fault } from "../kernel/written.ts";
import { builtInTemplates } from "./built-ins.ts";
import { commonVariables, type Template, type Translation, variablesIn } from "./template.ts";

/** A template as the operator writes it. */
export interface WrittenTemplate {
  sid?: string;
  friendly_name: string;
  alias?: string;
  channels: ("sms" | "voice" | "whatsapp" | "email")[];
  variables?: Record<string, { link?: boolean } | null>;
  translations: { [Tag in Locale]?: WrittenTranslation };
}

export interface WrittenTranslation {
  text: string;
  is_default_translation?: boolean;
  status?: Translation["status"];
  do_not_share?: boolean;
  subject?: string;
  html?: string;
}

/** What is wrong with a template that the schema takes. */
export function faultsOf(template: WrittenTemplate, index: number): Fault[] {
  const { alias, channels, variables = {}, translations, friendly_name: name } = template;
  const at = (...place: Place) => ["templates", index, ...place];
  const texts = Object.entries(translations);
  const shown = texts.flatMap(([, { text, subject = "", html = "" }]) => [text, subject, html].flatMap(variablesIn));
  const defaults = texts.filter(([, { is_default_translation: isDefault }]) => isDefault).map(([locale]) => locale);
  const isEmail = channels.includes("email");
  return [
    ...(/^\s|\s$|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)
      ? [fault(at("friendly_name"), "has characters that nobody sees")]
      : []),
    ...(alias !== undefined && !isEmail ? [fault(at("alias"), "is for e-mails, which the template is not for")] : []),
    ...(alias !== undefined && /^HJ[0-9a-f]{32}$/i.test(alias) ? [fault(at("alias"), "looks like a SID")] : []),
    ...Object.keys(variables).flatMap((variable) => {
      if (isCommon(variable)) return [fault(at("variables", variable), "is filled by the server")];
      return shown.includes(variable) ? [] : [fault(at("variables", variable), "is shown by no text")];
    }),
    ...defaults
      .slice(1)
      .map((locale) => fault(at("translations", locale), `is a default besides ${defaults[0]}; one is`)),
    ...texts.flatMap(([locale, translation]) =>
      faultsOfTranslation(translation, Object.keys(variables), isEmail).map(([part, what]) =>
        fault(at("translations", locale, part), what),
      ),
    ),
  ];
}

const fault = (place: Place, what: string): Fault => [place, what];
const isCommon = (name: string) => (commonVariables as readonly string[]).includes(name);

function faultsOfTranslation(
  translation: WrittenTranslation,
  own: readonly string[],
  isEmail: boolean,
): [part: string, what: string][] {
  const ofText = variablesIn(translation.text);
  const parts = (["text", "subject", "html"] as const).flatMap((part) => {
    const value = translation[part];
    return value === undefined ? [] : [[part, value] as const];
  });
  return parts.flatMap(([part, value]) => {
    const shown = variablesIn(value);
    const isPayment = ["amount", "payee"].filter((name) => shown.includes(name));
    const whats = [
      part !== "text" && !isEmail && "is for e-mails, which the template is not for",
      part !== "subject" && !shown.includes("code") && "does not show {{code}}",
      part === "subject" && shown.includes("code") && "shows {{code}}, which a locked screen would show everybody",
      ...unknownIn(shown, own),
      /\{\{|\}\}/.test(value.replace(/\{\{\w+\}\}/g, "")) && "has braces that are no variable, as {{code}} is one",
      unseen[part].test(value) && "has characters that nobody sees",
      part !== "subject" && isPayment.length === 1 && "shows only one of {{amount}} and {{payee}}",
      part !== "text" && isPayment.some((name) => !ofText.includes(name)) && "shows a payment, which text does not",
      part === "html" &&
        isPayment.length === 0 &&
        ofText.includes("amount") &&
        "does not show the payment, which text shows",
    ];
    return whats.filter((what) => what !== false).map((what): [string, string] => [part, what]);
  });
}

function unknownIn(shown: readonly string[], own: readonly string[]): string[] {
  const unknown = [...new Set(shown)].filter((name) => !isCommon(name) && !own.includes(name));
  return unknown.map(
    (name) =>
      `shows {{${name.slice(0, 64)}}}, which is no variable; there are ${[...commonVariables, ...own].join(", ")}`,
  );
}

/** What turns the text around it, or breaks lines: a text has lines of its own, and a document what indents it. */
const unseen = {
  text: /[^\P{Cc}\n]|[\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
  subject: /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
  html: /[^\P{Cc}\n\r\t]|\p{Cs}/u,
};

/** What is there twice, the built-in templates among them. */
export function faultsOfAll(own: readonly Template[]): Fault[] {
  const named = ["sid", "friendlyName", "alias"] as const;
  const seen = new Set(builtInTemplates().flatMap((template) => named.map((name) => `${name} ${template[name]}`)));
  return own.flatMap((template, index) =>
    named.flatMap((name) => {
      const value = `${name} ${template[name]}`;
      if (template[name] === undefined || !seen.has(value)) {
        seen.add(value);
        return [];
      }
      return [
        fault(["templates", index, name === "friendlyName" ? "friendly_name" : name], "is another template's, too"),
      ];
    }),
  );
}
