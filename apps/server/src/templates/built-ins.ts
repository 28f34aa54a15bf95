import { type Locale, messageTexts, withSentences } from "../kernel/locale.ts";
import { sendingChannels } from "../kernel/recipient.ts";
import { type Template, type Translation, templateSid } from "./template.ts";

/** The templates that every server has, each in every language, made of the texts of its messages when they are asked for. */
export function builtInTemplates(): readonly Template[] {
  made ??= makeTemplates();
  return made;
}

let made: readonly Template[] | undefined;

function makeTemplates(): Template[] {
  return bases.flatMap((base, index) =>
    Object.entries(addenda).map(([addendum, parts]) => {
      const name = ["Base Verification Template", index > 0 && index + 1, addendum && `with ${addendum}`];
      const friendlyName = name.filter(Boolean).join(" ");
      const locales = Object.keys(messageTexts) as Locale[];
      return {
        sid: templateSid(friendlyName),
        friendlyName,
        channels: sendingChannels,
        variables: [],
        links: [],
        translations: new Map(locales.map((locale) => [locale, translationOf(locale, base, parts)])),
        createdAt,
      };
    }),
  );
}

const createdAt = Date.UTC(2026, 0, 1);

const bases = ["sms", "recovery", "whatsapp", "authentication", "passwordChange"] as const;
const addenda: Record<string, readonly Addendum[]> = {
  "": [],
  "never ask": ["neverAsk"],
  expiration: ["expires"],
  "do not share": ["keepSecret"],
  "expiration and do not share": ["expires", "keepSecret"],
};

type Addendum = "neverAsk" | "expires" | "keepSecret";

function translationOf(locale: Locale, base: (typeof bases)[number], parts: readonly Addendum[]): Translation {
  const texts = messageTexts[locale];
  const sentences = parts.map((part) => texts[part]);
  return {
    text: withSentences(locale, texts[base], sentences).replace(/\{(\w+)\}/g, "{{$1}}"),
    warns: parts.includes("keepSecret"),
    isDefault: locale === "en",
    status: "approved",
    createdAt,
    updatedAt: createdAt,
  };
}
