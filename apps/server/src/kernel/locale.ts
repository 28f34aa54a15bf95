import { accepted, type Outcome, refused } from "./refusal.ts";
import texts from "./texts.json" with { type: "json" };

/**
 * What is said to a person in one language. `{friendly_name}`, `{code}`, `{amount}` and `{payee}` stand for the values;
 * they are put where the language needs no inflection of them.
 */
export interface MessageTexts {
  sms: string;
  /** Says the code first. */
  whatsapp: string;
  /** In place of `sms`: a code that brings a lost account back. */
  recovery: string;
  /** In place of `sms`: a code that shows who somebody is. */
  authentication: string;
  /** In place of `sms`: a code for a new password. */
  passwordChange: string;
  /** In place of `sms` where that is too long for an app: a name of 30 letters, a code of 10 digits and the hash fit 140 bytes. */
  forApp: string;
  /** In place of `sms` and `whatsapp`, and in an e-mail, when the code is bound to a payment (PSD2). */
  payment: string;
  /** The second line of an SMS, if the service warns. */
  doNotShare: string;
  /** A sentence behind another one: nobody asks for the code. */
  neverAsk: string;
  /** A sentence behind another one: how long the code lives. `{ttl}` is in minutes, where no plural depends on it, and not next to the code. */
  expires: string;
  /** A sentence behind another one: the code is for nobody else. */
  keepSecret: string;
  /** Closes a text that has no mark of its own before a sentence follows; none that looks like a digit. */
  sentenceEnd: string;
  emailSubject: string;
  /** The last line of an e-mail. */
  emailNote: string;
  /** Spoken; says the code twice. */
  call: string;
  /** Spoken before the call's text, if a key must be pressed to hear it. */
  pressKey: string;
}

/** The texts of every supported language, by its tag. */
export const messageTexts = {
  ...texts,
  "en-GB": texts.en,
  "zh-CN": texts.zh,
} satisfies Record<string, MessageTexts>;

/** The tag of a supported language, in its usual case. */
export type Locale = keyof typeof messageTexts;

/** A text with short sentences behind it, as its language joins them. */
export function withSentences(locale: Locale, text: string, sentences: readonly string[]): string {
  const end: string = messageTexts[locale].sentenceEnd;
  return sentences.reduce((before, sentence) => {
    const closed = /[.。।]$/.test(before) ? before : before + end;
    return closed + (end === "。" ? "" : " ") + sentence;
  }, text);
}

/** What the language of a message depends on. */
interface LocaleWish {
  /** The `Locale` parameter: a BCP 47 tag in any case, `_` read as `-`. Null when it was not given. */
  parameter: string | null;
  /** Where the phone number belongs, in two letters of ISO 3166-1; null for an e-mail address. */
  country: string | null;
}

/**
 * The language of a message: as asked for, else the country's, else English. A tag falls back to its shorter forms, `de-AT` to `de`.
 * @returns 20404, which names `Locale`, for a language that is not supported.
 */
export function resolveLocale({ parameter, country }: LocaleWish): Outcome<Locale, 20404> {
  if (parameter === null) return accepted(localesByCountry.get(country ?? "") ?? "en");
  const locale = findLocale(parameter);
  return locale ? accepted(locale) : refused(20404, { details: { parameter: "Locale" } });
}

function findLocale(tag: string): Locale | null {
  if (!/^[a-z]{2,3}([-_][a-z0-9]{1,8})*$/i.test(tag)) return null;
  const subtags = tag.toLowerCase().split(/[-_]/);
  for (let length = subtags.length; length > 0; length--) {
    const locale = localesByTag.get(subtags.slice(0, length).join("-"));
    if (locale) return locale;
  }
  return null;
}

const supported = Object.keys(messageTexts) as Locale[];

/** Former and sibling names beside the supported tags: readers of traditional Chinese get it, Norwegian is Bokmål. */
const localesByTag = new Map<string, Locale>([
  ...supported.map((locale) => [locale.toLowerCase(), locale] as const),
  ["zh-hant", "zh-HK"],
  ["zh-mo", "zh-HK"],
  ["zh-tw", "zh-HK"],
  ["fil", "tl"],
  ["in", "id"],
  ["iw", "he"],
  ["no", "nb"],
]);

/** Countries where most people read the language. India is missing: no language but English reaches all of it. */
const countriesByLocale: Partial<Record<Locale, string>> = {
  ar: "AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE",
  ca: "AD",
  cs: "CZ",
  da: "DK",
  de: "AT CH DE LI",
  el: "CY GR",
  "en-GB": "GB GG IE IM JE",
  es: "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE",
  et: "EE",
  fi: "FI",
  fr: "BF BJ BL CD CF CG CI CM DJ FR GA GF GN GP HT LU MC MF ML MQ NC NE PF PM RE SN TD TG WF YT",
  he: "IL",
  hr: "HR",
  hu: "HU",
  id: "ID",
  it: "IT SM VA",
  ja: "JP",
  ko: "KR",
  lt: "LT",
  ms: "BN MY",
  nb: "NO SJ",
  nl: "AW BE BQ CW NL SR SX",
  pl: "PL",
  pt: "AO CV GW MZ PT ST",
  "pt-BR": "BR",
  ro: "MD RO",
  ru: "BY KG KZ RU",
  sk: "SK",
  sv: "AX SE",
  th: "TH",
  tl: "PH",
  tr: "TR",
  uk: "UA",
  vi: "VN",
  "zh-CN": "CN",
  "zh-HK": "HK MO TW",
};

const localesByCountry = new Map(
  supported.flatMap((locale) => (countriesByLocale[locale]?.split(" ") ?? []).map((country) => [country, locale])),
);
