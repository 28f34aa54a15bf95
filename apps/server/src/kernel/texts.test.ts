import { describe, expect, test } from "vitest";
import { type Locale, type MessageTexts, messageTexts, withSentences } from "./locale.ts";
import { smsPieces } from "./sms.ts";

const placeholders: Record<keyof MessageTexts, string[]> = {
  sms: ["code", "friendly_name"],
  whatsapp: ["code", "friendly_name"],
  recovery: ["code", "friendly_name"],
  authentication: ["code", "friendly_name"],
  passwordChange: ["code", "friendly_name"],
  forApp: ["code", "friendly_name"],
  payment: ["amount", "code", "friendly_name", "payee"],
  doNotShare: [],
  neverAsk: [],
  expires: ["ttl"],
  keepSecret: [],
  sentenceEnd: [],
  emailSubject: ["friendly_name"],
  emailNote: [],
  call: ["code", "code", "friendly_name"],
  pressKey: [],
};

const scripts: Record<string, RegExp> = {
  ar: /\p{Script=Arabic}/u,
  el: /\p{Script=Greek}/u,
  he: /\p{Script=Hebrew}/u,
  hi: /\p{Script=Devanagari}/u,
  ja: /\p{Script=Hiragana}/u,
  kn: /\p{Script=Kannada}/u,
  ko: /\p{Script=Hangul}/u,
  mr: /\p{Script=Devanagari}/u,
  ru: /\p{Script=Cyrillic}/u,
  te: /\p{Script=Telugu}/u,
  th: /\p{Script=Thai}/u,
  uk: /\p{Script=Cyrillic}/u,
  zh: /\p{Script=Han}/u,
  "zh-CN": /\p{Script=Han}/u,
  "zh-HK": /\p{Script=Han}/u,
};

/** The languages whose letters are all in GSM-7; others need UCS-2, and more than twice the room. */
const gsmLocales = "af da de en en-GB et fi fr id it ms nb nl sv tl".split(" ");

describe.each(Object.entries(messageTexts))("%s", (locale, texts) => {
  test("has every text and no other", () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(placeholders).sort());
  });

  test.each(Object.entries(placeholders))("%s has its placeholders: %s", (key, names) => {
    const text = texts[key as keyof MessageTexts];
    const found = [...text.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
    expect(found.sort()).toEqual(names);
    expect(text.replace(/\{[^}]*\}/g, "")).not.toMatch(/[{}]/);
  });

  test("is written in one line each, trimmed, without doubled spaces, in Unicode's composed form", () => {
    for (const text of Object.values(texts)) {
      expect(text).toBe(text.trim().normalize("NFC"));
      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}<>&"]| {2}|\u00a0/u);
    }
  });

  test("goes by SMS in GSM-7 if its letters are there, and has no typography in the way of what they fit into", () => {
    const { emailSubject, emailNote, call, pressKey, ...bySms } = texts;
    const sent = Object.values(bySms).join("\n");
    const { isGsm } = smsPieces(sent, 8);
    expect(isGsm).toBe(gsmLocales.includes(locale));
    if (scripts[locale]) return;
    const others = [...sent].filter((character) => !smsPieces(character, 8).isGsm);
    expect(others.join("")).toMatch(/^\p{Letter}*$/u);
  });

  test("is written in its own language", () => {
    const { sentenceEnd, ...words } = texts;
    const written = Object.values(words);
    for (const text of written) expect(text).toMatch(scripts[locale] ?? /\p{Script=Latin}/u);
    expect(new Set(written).size).toBe(written.length);
    if (texts === messageTexts.en) return;
    for (const text of Object.values(messageTexts.en)) expect(written).not.toContain(text);
  });

  test("says more in whole sentences, and no number next to the code", () => {
    const { neverAsk, expires, keepSecret } = texts;
    for (const text of [neverAsk, expires, keepSecret])
      expect(text).toMatch(locale === "th" ? /[\p{L}\p{M}]$/u : /[.。।]$/);
    expect(expires).not.toMatch(/^\{/);
    const joined = withSentences(locale as Locale, texts.sms.replace("{code}", "123456"), [expires, keepSecret]);
    expect(joined).toMatch(/123456( です。|\. |。| )\p{L}.*[.。।\p{L}]/u);
    expect(joined).not.toMatch(/ {2}|[.。।]{2}|。 /);
  });

  test("names the service before the spoken code", () => {
    expect(texts.call.indexOf("{code}")).toBeGreaterThan(texts.call.indexOf("{friendly_name}"));
  });
});

test("the languages of the API are all there", () => {
  const tags =
    "af ar ca cs da de el en en-GB es et fi fr he hi hr hu id it ja kn ko lt ms mr nb nl pl pt pt-BR ro ru sk sv te th tl tr uk vi zh zh-CN zh-HK";
  expect(Object.keys(messageTexts).sort()).toEqual(tags.split(" ").sort());
});

test("the English SMS is the documented one", () => {
  expect(messageTexts.en.sms).toBe("Your {friendly_name} verification code is: {code}");
  expect(messageTexts.en.doNotShare).toBe(
    "Don't share this code with anyone; our employees will never ask for the code",
  );
});
